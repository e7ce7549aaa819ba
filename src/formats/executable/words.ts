/** Bytes of a pointer. */
export type WordSize = 4 | 8;

/** Numbers in bytes, in the byte order of an executable. Whoever reads has asked for enough bytes. */
export class Words {
  readonly length: number;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #isLittleEndian: boolean;

  constructor(bytes: Uint8Array, isBigEndian: boolean) {
    this.length = bytes.length;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#isLittleEndian = !isBigEndian;
  }

  u16(at: number): number {
    return this.#view.getUint16(at, this.#isLittleEndian);
  }

  u32(at: number): number {
    return this.#view.getUint32(at, this.#isLittleEndian);
  }

  /** Beyond 2^53 only near the number: such an offset is in no file. */
  u64(at: number): number {
    return Number(this.#view.getBigUint64(at, this.#isLittleEndian));
  }

  word(at: number, size: WordSize): number {
    return size === 8 ? this.u64(at) : this.u32(at);
  }

  /** Latin-1 text up to a NUL, at most `length` bytes; what is behind the end is not there. */
  text(at: number, length: number): string {
    const field = this.#bytes.subarray(at, at + length);
    const end = field.indexOf(0);
    return String.fromCharCode(...field.subarray(0, end < 0 ? field.length : end));
  }
}
