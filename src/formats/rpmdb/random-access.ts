/** Bytes that are not all in memory: a file of a layer. */
export interface RandomAccess {
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

const blockBytes = 64 * 1024;
const mostBlocks = 32;

/** Reads small pieces through a few blocks of 64 KiB: pages of a database are asked for one by one, and mostly in order. */
export class BlockReader {
  readonly size: number;
  readonly #source: RandomAccess;
  /** By number, least recently used first. */
  readonly #blocks = new Map<number, Uint8Array>();

  constructor(source: RandomAccess) {
    this.#source = source;
    this.size = source.size;
  }

  /** Exactly `length` bytes from `offset`; undefined where the file has not that many. They are not the caller's to write to or to keep. */
  async read(offset: number, length: number): Promise<Uint8Array | undefined> {
    if (offset < 0 || length < 0 || offset + length > this.size) return undefined;
    const number = Math.floor(offset / blockBytes);
    const start = offset - number * blockBytes;
    const bytes =
      start + length <= blockBytes ? (await this.#block(number)).subarray(start, start + length) : await this.#source.read(offset, length);
    return bytes.length === length ? bytes : undefined;
  }

  /** The same where it is at hand, without waiting; undefined where it is not. */
  cached(offset: number, length: number): Uint8Array | undefined {
    const number = Math.floor(offset / blockBytes);
    const block = this.#blocks.get(number);
    const start = offset - number * blockBytes;
    return block && start + length <= block.length ? block.subarray(start, start + length) : undefined;
  }

  async #block(number: number): Promise<Uint8Array> {
    const known = this.#blocks.get(number);
    if (known) {
      this.#blocks.delete(number);
      this.#blocks.set(number, known);
      return known;
    }
    const block = await this.#source.read(number * blockBytes, blockBytes);
    for (const oldest of this.#blocks.size < mostBlocks ? [] : [...this.#blocks.keys()].slice(0, 1)) this.#blocks.delete(oldest);
    this.#blocks.set(number, block);
    return block;
  }
}
