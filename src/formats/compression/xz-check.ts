import { crc32 } from 'node:zlib';
import { Sha256 } from '../../runtime/index.ts';

/** What stands behind a block to prove its content. */
export interface XzCheck {
  /** Bytes. */
  readonly size: number;
  update(chunk: Uint8Array): void;
  isEqual(stored: Uint8Array): boolean;
}

const type = { crc32: 1, crc64: 4, sha256: 10 } as const;
/** Bytes by the type of a check, known or not. */
const sizes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64] as const;

/** The check of that type; one whose kind nobody defined yet is left unread, as the format asks. */
export function xzCheck(checkType: number): XzCheck {
  if (checkType === type.crc32) return crc32Check();
  if (checkType === type.crc64) return crc64Check();
  if (checkType === type.sha256) return sha256Check();
  return { size: sizes[checkType] ?? 0, update: () => undefined, isEqual: () => true };
}

function crc32Check(): XzCheck {
  let crc = 0;
  return {
    size: 4,
    update: (chunk) => (crc = crc32(chunk, crc)),
    isEqual: (stored) => toHex(stored.toReversed()) === crc.toString(16).padStart(8, '0'),
  };
}

function sha256Check(): XzCheck {
  const hash = new Sha256();
  return { size: 32, update: (chunk) => hash.update(chunk), isEqual: (stored) => toHex(stored) === hash.hex() };
}

/** ECMA-182, low bit first, in two halves: a bigint for every byte would take a hundred times as long. */
const polynomial = { high: 0xc96c5795 | 0, low: 0xd7870f42 | 0 } as const;
const table = { high: new Int32Array(256), low: new Int32Array(256) };
for (let byte = 0; byte < 256; byte += 1) {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    const isOdd = (low & 1) === 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (!isOdd) continue;
    low ^= polynomial.low;
    high ^= polynomial.high;
  }
  table.high[byte] = high;
  table.low[byte] = low;
}

function crc64Check(): XzCheck {
  let high = -1;
  let low = -1;
  return {
    size: 8,
    update(chunk) {
      for (const byte of chunk) {
        const at = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (table.low[at] ?? 0);
        high = (high >>> 8) ^ (table.high[at] ?? 0);
      }
    },
    isEqual(stored) {
      const hex = [~high, ~low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
      return toHex(stored.toReversed()) === hex;
    },
  };
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
