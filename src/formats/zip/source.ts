/** Bytes that may be read anywhere: a file of a layer, or what is in memory. */
export interface ZipSource {
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer at the end. */
  read(offset: number, length: number): Promise<Uint8Array> | Uint8Array;
}

/** An archive in memory, such as one inside another. */
export function bytesSource(bytes: Uint8Array): ZipSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** Reads small pieces in order through a block: a header for each of many thousand entries would be as many reads. */
export class ZipBlocks implements ZipSource {
  readonly size: number;
  readonly #source: ZipSource;
  #start = 0;
  #block: Uint8Array = new Uint8Array();

  constructor(source: ZipSource) {
    this.#source = source;
    this.size = source.size;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const at = offset - this.#start;
    if (at >= 0 && at + length <= this.#block.length) return this.#block.subarray(at, at + length);
    if (length > blockBytes / 2) return this.#source.read(offset, length);
    this.#block = await this.#source.read(offset, blockBytes);
    this.#start = offset;
    return this.#block.subarray(0, length);
  }
}

const blockBytes = 256 * 1024;
