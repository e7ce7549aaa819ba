import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HashSet } from './hash-set.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);

describe('HashSet', () => {
  it('knows what was added, as a set of texts does', () => {
    // Few bytes differ, so that many hashes meet, begin alike, or are all zeros.
    const hash = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(1)).map(([first, middle, last]) => {
      const bytes = new Uint8Array(20);
      bytes.set([first], 2);
      bytes.set([middle], 9);
      bytes.set([last], 17);
      return bytes.subarray(2, 18);
    });
    fc.assert(
      fc.property(fc.array(hash, { maxLength: 100 }), (hashes) => {
        const [set, texts] = [new HashSet(), new Set<string>()];
        for (const one of hashes) expect(set.add(one)).toBe(texts.size !== texts.add(one.join()).size);
      }),
      { numRuns },
    );
  });

  it('grows', () => {
    const set = new HashSet();
    const hash = (number: number): Uint8Array => {
      const bytes = new Uint8Array(16);
      // The same first bytes for many: those that slots are chosen by.
      new DataView(bytes.buffer).setUint32(0, Math.imul(number % 1000, 0x9e3779b1) >>> 0);
      new DataView(bytes.buffer).setUint32(12, number + 1);
      return bytes;
    };
    const numbers = Array.from({ length: 5000 }, (_, number) => number);
    expect(numbers.every((number) => set.add(hash(number)))).toBe(true);
    expect(numbers.some((number) => set.add(hash(number)))).toBe(false);
  });
});
