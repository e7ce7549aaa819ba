import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithin, toStoredKeys } from './key-bounds.ts';

/** Keys that differ early, late, or beyond what is stored with a row. */
const key = fc
  .tuple(fc.constantFrom(0, 1, 990, 1000, 1010, 4000), fc.uint8Array({ maxLength: 12, max: 3 }))
  .map(([zeros, end]) => Uint8Array.from([...new Uint8Array(zeros), ...end]));
const upperEnd = fc.oneof(key, fc.constant(Uint8Array.of(0xff)));

const isInHalfOpen = (asked: Uint8Array, lo: Uint8Array, hi: Uint8Array): boolean =>
  Buffer.compare(lo, asked) <= 0 && Buffer.compare(asked, hi) < 0;

describe('the keys of a range', () => {
  it('as they are stored hold the very keys that the range holds', () => {
    fc.assert(
      fc.property(key, upperEnd, key, (lo, hi, asked) => {
        const stored = toStoredKeys({ lo, hi, exact: true });
        expect(isInHalfOpen(asked, stored.lo, stored.hi) && isWithin(asked, stored)).toBe(isInHalfOpen(asked, lo, hi));
      }),
      { numRuns: 2000 },
    );
  });

  it('take no more of an index than it gives to an entry', () => {
    fc.assert(
      fc.property(key, upperEnd, fc.boolean(), (lo, hi, exact) => {
        const stored = toStoredKeys({ lo, hi, exact });
        expect(stored.lo.length).toBeLessThanOrEqual(1000);
        expect(stored.hi.length).toBeLessThanOrEqual(1000);
      }),
    );
  });

  it('are the widest of a range that is not exact', () => {
    const stored = toStoredKeys({ lo: Uint8Array.of(5), hi: Uint8Array.of(6), exact: false });
    expect(stored).toEqual({ lo: new Uint8Array(), hi: Uint8Array.of(0xff), longLo: null, longHi: null });
    expect(isWithin(Uint8Array.of(1), stored)).toBe(true);
  });

  it('do not matter where none is asked for', () => {
    const long = new Uint8Array(4000);
    expect(isWithin(undefined, toStoredKeys({ lo: long, hi: long, exact: true }))).toBe(true);
  });
});
