import { hash } from 'node:crypto';

const hexDigits = 32;

/** 16 bytes, as hex, that stand for all of the parts: what is interned is the same where these are. */
export function identity(...parts: readonly (string | number | Uint8Array | null)[]): string {
  return hash('sha256', JSON.stringify(parts.map(comparable)), 'hex').slice(0, hexDigits);
}

/** A text as it comes out of the database again: there half a surrogate pair is U+FFFD. */
function comparable(part: string | number | Uint8Array | null): string | number | null {
  if (typeof part === 'string') return part.toWellFormed();
  return part instanceof Uint8Array ? toHex(part) : part;
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}
