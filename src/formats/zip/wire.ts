import { InputError } from '../../core/index.ts';

/** Signatures of the parts of an archive (APPNOTE 4.3). */
export const signature = {
  localHeader: 0x04034b50,
  directoryEntry: 0x02014b50,
  directoryEnd: 0x06054b50,
  directoryEnd64: 0x06064b50,
  locator64: 0x07064b50,
} as const;

/** Bytes of each part without its texts. */
export const fixedLength = { localHeader: 30, directoryEntry: 46, directoryEnd: 22, directoryEnd64: 56, locator64: 20 } as const;

/** Bits of an entry's flags (APPNOTE 4.4.4). */
export const flag = { encrypted: 0x0001, utf8: 0x0800, maskedHeaders: 0x2000 } as const;

/** Compression methods (APPNOTE 4.4.5). 20 is what zstd had before it got 93. */
export const method = { stored: 0, deflate: 8, oldZstd: 20, zstd: 93 } as const;

/** A field with all its bits set has its value in the ZIP64 extra field. */
export const moved16 = 0xffff;
export const moved32 = 0xffffffff;

export function corruptZip(reason: string): InputError {
  return new InputError('ZIP_CORRUPT', { reason });
}

/** Little-endian numbers out of a part; beyond its end the archive is corrupt. */
export class Fields {
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16(at: number): number {
    this.#check(at, 2);
    return this.#view.getUint16(at, true);
  }

  u32(at: number): number {
    this.#check(at, 4);
    return this.#view.getUint32(at, true);
  }

  /** A number that no real archive has (beyond 2^53) is corrupt. */
  u64(at: number): number {
    this.#check(at, 8);
    const value = this.#view.getBigUint64(at, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw corruptZip('number');
    return Number(value);
  }

  #check(at: number, length: number): void {
    if (at < 0 || at + length > this.#view.byteLength) throw corruptZip('truncated');
  }
}
