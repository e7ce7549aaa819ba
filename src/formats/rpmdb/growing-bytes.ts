/** Bytes that come in pieces. What is claimed of their number is not believed: room is made as they come. */
export class GrowingBytes {
  #bytes: Uint8Array;
  #length = 0;

  /** @param expected how many are to come */
  constructor(expected: number) {
    this.#bytes = new Uint8Array(Math.min(expected, 64 * 1024));
  }

  get length(): number {
    return this.#length;
  }

  add(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }

  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
