import { InputError } from '../../core/index.ts';

/** Bits of a byte array, the high bit of a byte first. @throws InputError `COMPRESSION_CORRUPT` past the end */
export class Bzip2Bits {
  readonly #bytes: Uint8Array;
  #position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.#position = position;
  }

  /** In bits, from the start of the array. */
  get position(): number {
    return this.#position;
  }

  /** At most 24 bits. */
  read(count: number): number {
    const from = this.#position;
    const end = from + count;
    if (end > this.#bytes.length * 8) throw corruptBzip2('truncated');
    this.#position = end;
    const at = from >>> 3;
    const bytes = this.#bytes;
    const word = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    return count === 0 ? 0 : (word << (from & 7)) >>> (32 - count);
  }

  /** The next 20 bits, without taking them; zeros stand for what lies past the end. */
  peek20(): number {
    const from = this.#position;
    const at = from >>> 3;
    const bytes = this.#bytes;
    const word = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    return (word << (from & 7)) >>> 12;
  }

  skip(count: number): void {
    this.#position += count;
    if (this.#position > this.#bytes.length * 8) throw corruptBzip2('truncated');
  }

  read32(): number {
    return this.read(16) * 65_536 + this.read(16);
  }
}

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

/** CRC-32 with the high bit first, as only bzip2 uses it. */
export class Bzip2Crc {
  #crc = -1;

  get value(): number {
    return ~this.#crc >>> 0;
  }

  update(bytes: Uint8Array): void {
    let crc = this.#crc;
    for (const byte of bytes) crc = (crc << 8) ^ (crcTable[(crc >>> 24) ^ byte] ?? 0);
    this.#crc = crc;
  }
}

export function corruptBzip2(reason: string): InputError {
  return new InputError('COMPRESSION_CORRUPT', { form: 'bzip2', reason });
}
