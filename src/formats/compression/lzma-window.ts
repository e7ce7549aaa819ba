/** Bytes of a chunk of LZMA2, unfolded. */
const maxChunk = 2 * 1024 * 1024;

/**
 * The dictionary: what was decoded last, in one stretch of memory, so that a copy from it needs no wrapping.
 * It grows with what is decoded; when it is full, the last `size` bytes move to its front.
 */
export class LzmaWindow {
  readonly #size: number;
  readonly #maxLength: number;
  /** For the decoder: the bytes, and where the next one goes. */
  bytes = new Uint8Array(65_536);
  position = 0;
  /** The first byte that may be referred to. */
  start = 0;
  #taken = 0;

  constructor(size: number) {
    this.#size = size;
    this.#maxLength = size + Math.max(2 * maxChunk, size / 4);
  }

  /** The farthest that a copy may reach back. */
  get reach(): number {
    return Math.min(this.#size, this.position - this.start);
  }

  reset(): void {
    this.start = this.position;
  }

  /** Makes room for so many bytes; at most 2 MiB. */
  reserve(length: number): void {
    if (this.position + length <= this.bytes.length) return;
    if (this.bytes.length < this.#maxLength) this.#grow(this.position + length);
    if (this.position + length > this.bytes.length) this.#slide();
  }

  append(data: Uint8Array): void {
    this.reserve(data.length);
    this.bytes.set(data, this.position);
    this.position += data.length;
  }

  /** What came since the last time; good until more is decoded. */
  taken(): Uint8Array {
    const since = this.bytes.subarray(this.#taken, this.position);
    this.#taken = this.position;
    return since;
  }

  #grow(wanted: number): void {
    const grown = new Uint8Array(Math.min(this.#maxLength, Math.max(wanted, this.bytes.length * 2)));
    grown.set(this.bytes.subarray(0, this.position));
    this.bytes = grown;
  }

  #slide(): void {
    // In steps of 16: the place of a byte, modulo 16, is part of what it is decoded by.
    const from = this.start + Math.floor((this.position - this.reach - this.start) / 16) * 16;
    this.bytes.copyWithin(0, from, this.position);
    this.position -= from;
    this.start = 0;
    this.#taken = this.position;
  }
}
