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

const slash = 0x2f;
const firstOfMany = 0x80;

/** The bytes of a path's key, in a place that the next one takes over: paths are looked up by the million. */
export class KeyBytes {
  bytes = new Uint8Array(256);
  length = 0;

  set(path: string): void {
    if (path.length > this.bytes.length) this.bytes = new Uint8Array(path.length * 2);
    this.length = path.length;
    for (let at = 0; at < path.length; at += 1) {
      const code = path.charCodeAt(at);
      if (code >= firstOfMany) {
        this.bytes = Buffer.from(path.replace(slashes, '\0'), 'utf8');
        this.length = this.bytes.length;
        return;
      }
      this.bytes[at] = code === slash ? 0 : code;
    }
  }
}

let text = Buffer.allocUnsafeSlow(4096);

/** The path of a key's bytes. */
export function fromKeyBytes(key: Uint8Array, length: number): string {
  if (length > text.length) text = Buffer.allocUnsafeSlow(length * 2);
  let all = 0;
  for (let at = 0; at < length; at += 1) {
    const byte = key[at] ?? 0;
    all |= byte;
    text[at] = byte === 0 ? slash : byte;
  }
  return text.toString(all < firstOfMany ? 'latin1' : 'utf8', 0, length);
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
