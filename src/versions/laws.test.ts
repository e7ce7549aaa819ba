import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Order, VersionScheme } from '../contracts/index.ts';
import { compareKeys, isInRange, rangeKeys, versionSchemes } from './index.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 200);

// Numbers around every change of their code, with and without leading zeros; beyond 2⁵³, 2⁶⁴ and 32 digits too.
const digits = [
  ['0', '00', '1', '01', '2', '9', '10', '010', '99', '100', '127', '128', '129', '999', '1000', '20230101'],
  ['9007199254740992', '9007199254740993', '18446744073709551615', '18446744073709551616'],
  ['9'.repeat(32), `1${'0'.repeat(32)}`, '9'.repeat(33), `0${'9'.repeat(33)}`],
];
const numbers = fc.constantFrom(...digits.flat());

const debCharacters = fc.constantFrom('~', '+', '-', '.', '_', ':', 'a', 'b', 'z', 'A', 'Z', 'rc', '~~', '+b', '~deb', 'ubuntu');
const deb = fc
  .tuple(
    fc.option(fc.constantFrom('0:', '00:', '1:', '2147483647:'), { nil: '', freq: 3 }),
    fc.array(fc.oneof(numbers, debCharacters), { minLength: 1, maxLength: 6 }),
    fc.array(fc.oneof(numbers, debCharacters), { maxLength: 3 }),
  )
  .map(([epoch, upstream, revision]) => [epoch, ...upstream, ...(revision.length === 0 ? [] : ['-', ...revision])]);

const suffix = fc.constantFrom('_alpha', '_beta', '_pre', '_rc', '_cvs', '_svn', '_git', '_hg', '_p');
const apk = fc
  .tuple(
    numbers,
    fc.array(
      numbers.map((digits) => `.${digits}`),
      { maxLength: 3 },
    ),
    fc.option(fc.tuple(fc.constantFrom('a', 'b', 'p', 'z'), fc.option(numbers, { nil: '' })), { nil: [], freq: 3 }),
    fc.array(fc.tuple(suffix, fc.option(numbers, { nil: '' })), { maxLength: 2 }),
    fc.option(fc.constantFrom('~0', '~00', '~0a', '~a', '~af'), { nil: '', freq: 5 }),
    fc.option(
      numbers.map((digits) => `-r${digits}`),
      { nil: '' },
    ),
  )
  .map(([first, dotted, letter, suffixes, hash, revision]) => [first, ...dotted, ...letter, ...suffixes.flat(), hash, revision]);

const rpmCharacters = fc.constantFrom('.', '_', '+', '..', 'é', '~', '^', '~~', '^~', 'a', 'b', 'z', 'A', 'Z', 'rc', 'el', 'fc', '.el');
const rpm = fc
  .tuple(
    fc.option(fc.constantFrom('0:', '00:', '1:', '2:', ':', 'a:', '~1:'), { nil: '', freq: 3 }),
    fc.array(fc.oneof(numbers, rpmCharacters), { minLength: 1, maxLength: 6 }),
    fc.option(fc.array(fc.oneof(numbers, rpmCharacters), { maxLength: 3 }), { nil: undefined }),
  )
  .map(([epoch, version, release]) => [epoch, ...version, ...(release ? ['-', ...release] : [])]);

/** By scheme: versions of odd form, as the pieces they are made of. */
const pieces: Readonly<Record<string, fc.Arbitrary<readonly string[]>>> = { apk, deb, rpm };

/** Versions that share most of their pieces, since far versions differ at their first byte and prove little. */
function nearEqual(id: string, count: number): fc.Arbitrary<readonly string[]> {
  const arbitrary = pieces[id] ?? expect.fail(`no generator for the scheme ${id}`);
  const change = fc.tuple(fc.nat(), fc.constantFrom('drop', 'double', 'swap'), fc.nat());
  return fc.tuple(arbitrary, arbitrary, fc.array(change, { minLength: count - 1, maxLength: count - 1 })).map(([base, other, changes]) => [
    base.join(''),
    ...changes.map(([place, how, from]) => {
      const at = place % base.length;
      const piece = base[at] ?? '';
      const put = how === 'drop' ? [] : how === 'double' ? [piece, piece] : [other[from % other.length] ?? ''];
      return base.toSpliced(at, 1, ...put).join('');
    }),
  ]);
}

function opposite(order: Order): Order {
  if (order === 0) return 0;
  return order < 0 ? 1 : -1;
}

interface Placed {
  readonly text: string;
  readonly value: unknown;
  readonly key: Uint8Array;
}

/** The texts that are versions, with their keys. */
function placed(scheme: VersionScheme, texts: readonly string[]): readonly Placed[] {
  return texts.flatMap((text) => {
    const parsed = scheme.parse(text);
    if (!parsed.ok) return [];
    const key = scheme.key(parsed.value);
    return key === undefined ? [] : [{ text, value: parsed.value, key }];
  });
}

describe.each([...versionSchemes.values()])('laws of the scheme $id', (scheme) => {
  it('the bytes of keys are in the order of compare, and compare is antisymmetric', () => {
    let pairs = 0;
    let close = 0;
    fc.assert(
      fc.property(nearEqual(scheme.id, 4), (texts) => {
        const versions = placed(scheme, texts);
        for (const a of versions) {
          for (const b of versions) {
            const order = scheme.compare(a.value, b.value);
            expect(scheme.compare(b.value, a.value), `${b.text} ${a.text}`).toBe(opposite(order));
            expect(compareKeys(a.key, b.key), `${a.text} ${b.text}`).toBe(order);
            pairs += 1;
            if (a.key[0] === b.key[0] && a.text !== b.text) close += 1;
          }
        }
      }),
      { numRuns: runs },
    );
    // generators that made nothing, or nothing alike, would prove nothing
    expect(pairs).toBeGreaterThan(runs * 4);
    expect(close).toBeGreaterThan(runs);
  });

  it('keys have at most 1,024 bytes, never begin with FF, and none is the beginning of another', () => {
    fc.assert(
      fc.property(nearEqual(scheme.id, 4), (texts) => {
        const keys = placed(scheme, texts).map(({ key }) => key);
        for (const key of keys) {
          expect(key.length).toBeGreaterThan(0);
          expect(key.length).toBeLessThanOrEqual(1024);
          expect(key[0]).not.toBe(0xff);
          for (const other of keys) {
            if (compareKeys(key, other) !== 0) expect(compareKeys(key, other.subarray(0, key.length))).not.toBe(0);
          }
        }
      }),
      { numRuns: runs },
    );
  });

  it('is transitive: in a sorted pool every pair is in order', () => {
    fc.assert(
      fc.property(nearEqual(scheme.id, 24), (texts) => {
        const pool = [...placed(scheme, texts)].sort((a, b) => scheme.compare(a.value, b.value));
        pool.forEach((a, at) => {
          for (const b of pool.slice(at + 1)) {
            expect(scheme.compare(a.value, b.value), `${a.text} ${b.text}`).toBeLessThanOrEqual(0);
          }
        });
      }),
      { numRuns: Math.ceil(runs / 10) },
    );
  });

  it('a key is in the keys of a range exactly where comparing says that the version is in the range', () => {
    const end = fc.option(fc.nat(4), { nil: undefined });
    const seen = { inside: 0, outside: 0 };
    fc.assert(
      fc.property(nearEqual(scheme.id, 6), end, end, end, (texts, introduced, fixed, lastAffected) => {
        const [installed, ...ends] = placed(scheme, texts);
        if (installed === undefined) return;
        const endOf = (at: number | undefined): string | undefined => (at === undefined ? undefined : ends[at]?.text);
        const raw = Object.fromEntries(
          Object.entries({ introduced: endOf(introduced), fixed: endOf(fixed), lastAffected: endOf(lastAffected) }).filter(
            ([, text]) => text !== undefined,
          ),
        );
        const keyed = rangeKeys(scheme, raw);
        if (keyed.kind !== 'keyed') return expect.fail(`unparsable ${keyed.text}`);
        const { lo, hi, exact } = keyed.range;
        const inside = compareKeys(lo, installed.key) <= 0 && compareKeys(installed.key, hi) < 0;
        expect(exact).toBe(true);
        expect(isInRange(scheme, installed.value, raw)).toBe(inside);
        seen[inside ? 'inside' : 'outside'] += 1;
      }),
      { numRuns: runs * 2 },
    );
    expect(Math.min(seen.inside, seen.outside)).toBeGreaterThan(runs / 4);
  });

  it('never throws on a text, and reads the same from a text with white space around it', () => {
    const hostile = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 40 }),
      nearEqual(scheme.id, 1).map((texts) => texts.join('')),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const parsed = scheme.parse(text);
        expect(scheme.parse(` ${text}\n`)).toEqual(parsed);
        if (parsed.ok) expect(scheme.compare(parsed.value, parsed.value)).toBe(0);
      }),
      { numRuns: runs },
    );
  });
});
