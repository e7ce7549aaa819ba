import { Buffer } from 'node:buffer';

/**
 * A path as the layer map orders it: UTF-8 with NUL in place of the slash, so that byte order is the order part by part, and
 * what lies below a directory follows it without a gap. As a string, each character is one byte: its own order is byte order.
 */
export type PathKey = string;

const slashes = /\//g;

export function toPathKey(path: string): PathKey {
  const key = path.replace(slashes, '\0');
  return Buffer.byteLength(key) === key.length ? key : Buffer.from(key, 'utf8').toString('latin1');
}

/** The bytes of a path's key. */
export function toKeyBytes(path: string): Uint8Array {
  return Buffer.from(path.replaceAll('/', '\0'), 'utf8');
}

/** The path of a key's bytes. */
export function fromKeyBytes(key: Uint8Array, length: number): string {
  return Buffer.from(key.buffer, key.byteOffset, length).toString('utf8').replaceAll('\0', '/');
}

/** Order of bytes, a shorter one first. */
export function compareKeys(a: Uint8Array, aLength: number, b: Uint8Array, bLength: number): number {
  const at = sharedLength(a, aLength, b, bLength, 0);
  if (at === aLength || at === bLength) return aLength - bLength;
  return (a[at] ?? 0) - (b[at] ?? 0);
}

/** How many bytes both begin with; the first `from` are known to be the same. */
export function sharedLength(a: Uint8Array, aLength: number, b: Uint8Array, bLength: number, from: number): number {
  const end = Math.min(aLength, bLength);
  let at = from;
  while (at < end && a[at] === b[at]) at += 1;
  return at;
}
