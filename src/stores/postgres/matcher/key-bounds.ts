import type { KeyRange } from '../../../contracts/index.ts';

/** Bytes of a key that stand with a row: an entry of a B-tree holds 2,704, and real keys are some 20 long. */
const longest = 1000;
/** No key begins with it. */
const noUpperEnd = Uint8Array.of(0xff);

/** The ends of a range as they are stored. */
export interface StoredKeys {
  /** With each row, in the index: no narrower than the range. */
  readonly lo: Uint8Array;
  readonly hi: Uint8Array;
  /** With the range, where they are longer than that: whoever finds the row compares them. Both or none. */
  readonly longLo: Uint8Array | null;
  readonly longHi: Uint8Array | null;
}

/** What the database searches by. */
export function toStoredKeys({ lo, hi, exact }: KeyRange): StoredKeys {
  if (!exact) return { lo: new Uint8Array(), hi: noUpperEnd, longLo: null, longHi: null };
  if (lo.length <= longest && hi.length <= longest) return { lo, hi, longLo: null, longHi: null };
  // The beginning of a key is not above it.
  return { lo: lo.subarray(0, longest), hi: hi.length > longest ? noUpperEnd : hi, longLo: lo, longHi: hi };
}

/** Whether a key that lies within the stored bounds lies within the range. */
export function isWithin(key: Uint8Array | undefined, { longLo, longHi }: Pick<StoredKeys, 'longLo' | 'longHi'>): boolean {
  if (!key || !longLo || !longHi) return true;
  return Buffer.compare(longLo, key) <= 0 && Buffer.compare(key, longHi) < 0;
}
