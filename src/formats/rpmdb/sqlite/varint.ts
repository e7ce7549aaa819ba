/** A number of 1 to 9 bytes, big-endian, seven bits a byte, sqlite.org/fileformat2.html §1.6. Beyond 2^53 it is rounded. */
export interface Varint {
  readonly value: number;
  /** Where the next thing begins. */
  readonly end: number;
}

/** Undefined where the bytes end before it does. */
export function readVarint(bytes: Uint8Array, at: number): Varint | undefined {
  let value = 0;
  for (let index = 0; index < 9; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    if (index === 8) return { value: value * 256 + byte, end: at + 9 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return undefined;
}
