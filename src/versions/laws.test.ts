import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Order, VersionScheme } from '../contracts/index.ts';
import { compareKeys, isInRange, rangeKeys, versionSchemes, type RangeEnd } from './index.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);

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

const dotted = (first: string, rest: readonly string[]): readonly string[] => [first, ...rest.map((digits) => `.${digits}`)];
const zeros = fc.constantFrom('0', '00', '1');
const few = fc.oneof(numbers, zeros);

const identifier = fc.oneof(
  numbers,
  fc.constantFrom('a', 'A', 'b', 'rc', 'alpha', 'x1', '1x', '-', '--1', '-1', '-01', '-0', '-2147483648', '2147483648'),
);
const prerelease = fc
  .array(identifier, { minLength: 1, maxLength: 4 })
  .map((identifiers) => identifiers.map((text, at) => `${at === 0 ? '-' : '.'}${text}`));
const build = fc.constantFrom('', '', '+1', '+a.b', '+incompatible');
const semver = fc
  .tuple(fc.constantFrom('', 'v', '=', '=v'), few, fc.array(few, { maxLength: 4 }), fc.option(prerelease, { nil: [] }), build)
  .map(([mark, first, rest, pre, build]) => [mark, ...dotted(first, rest), ...pre, build]);
const pub = fc
  .tuple(semver, fc.option(prerelease, { nil: [] }))
  .map(([version, build]) => [...version.slice(0, -1), ...build.map((text, at) => (at === 0 ? `+${text.slice(1)}` : text))]);
const nuget = fc
  .tuple(few, fc.array(few, { maxLength: 3 }), fc.option(prerelease, { nil: [] }), build)
  .map(([first, rest, pre, build]) => [...dotted(first, rest), ...pre, build]);

const goNumber = numbers.filter((digits) => digits === '0' || !digits.startsWith('0'));
const goIdentifier = fc.oneof(goNumber, fc.constantFrom('a', 'rc', 'pre', '0', '-1', '20230101120000-abcdef012345'));
const goModule = fc
  .tuple(
    fc.constantFrom('', 'v'),
    fc.tuple(goNumber, goNumber, goNumber),
    fc.array(goIdentifier, { maxLength: 4 }),
    fc.constantFrom('', '', '+incompatible'),
  )
  .map(([mark, [a, b, c], pre, build]) => [mark, a, `.${b}`, `.${c}`, ...pre.map((text, at) => `${at === 0 ? '-' : '.'}${text}`), build]);
const goTag = fc
  .tuple(
    fc.array(goNumber, { minLength: 1, maxLength: 2 }),
    fc.constantFrom('', 'alpha', 'beta', 'rc'),
    goNumber,
    fc.constantFrom('', ' X:a', '-x'),
  )
  .map(([rest, kind, count, tail]) => ['go1', ...rest.map((digits) => `.${digits}`), ...(kind === '' ? [] : [kind, count]), tail]);

const pepMark = (...marks: readonly string[]): fc.Arbitrary<readonly string[]> =>
  fc.option(
    fc.tuple(fc.constantFrom('', '.', '-', '_'), fc.constantFrom(...marks), fc.constantFrom('', '.'), fc.oneof(numbers, fc.constant(''))),
    {
      nil: [],
    },
  );
const pep440 = fc
  .tuple(
    fc.constantFrom('', '', 'v', '0!', '1!'),
    fc.tuple(few, fc.array(few, { maxLength: 3 })),
    pepMark('a', 'alpha', 'B', 'beta', 'c', 'rc', 'pre', 'preview'),
    pepMark('post', 'rev', 'r', 'POST'),
    pepMark('dev'),
    fc.option(fc.array(fc.oneof(numbers, fc.constantFrom('a', 'B', 'ubuntu', '1a')), { minLength: 1, maxLength: 3 }), { nil: [] }),
  )
  .map(([front, [first, rest], pre, post, dev, local]) => [
    front,
    ...dotted(first, rest),
    pre.join(''),
    post.join(''),
    dev.join(''),
    ...local.map((text, at) => `${at === 0 ? '+' : '.'}${text}`),
  ]);

const gem = fc
  .tuple(
    few,
    fc.array(fc.oneof(few, fc.constantFrom('a', 'b', 'A', 'rc', 'pre', 'a1', '1a', 'a0b')), { maxLength: 6 }),
    fc.constantFrom('', '', '-1', '-a'),
  )
  .map(([first, rest, tail]) => [...dotted(first, rest), tail]);

const composerCharacters = [
  '.',
  '-',
  '_',
  '+',
  'dev',
  'alpha',
  'a',
  'b',
  'beta',
  'RC',
  'rc',
  'Rc',
  'p',
  'pl',
  'patch',
  'x',
  'B',
  '.#',
  '#',
];
const composer = fc
  .tuple(fc.constantFrom('', 'v', 'V'), numbers, fc.array(fc.oneof(numbers, fc.constantFrom(...composerCharacters)), { maxLength: 6 }))
  .map(([mark, first, rest]) => [mark, first, ...rest]);

const stability = fc.constantFrom('', '', '-alpha', 'a', '-beta.', '.b', 'RC', '-rc', '-p', 'pl', '-stable', '-foo', '.post', '.#');
const packagist = fc
  .tuple(
    fc.constantFrom('', 'v'),
    fc.constantFrom('0', '1', '01', '2', '10', '128', '99999', '20230101', '2023-01-02'),
    fc.array(few, { maxLength: 4 }),
    stability,
    fc.oneof(few, fc.constant('')),
    fc.constantFrom('', '', '', '-dev', '.x-dev', '+a', '-'),
  )
  .map(([mark, first, rest, word, count, tail]) => [mark, ...dotted(first, rest), `${word}${word === '' ? '' : count}`, tail]);

const mavenWords = ['alpha', 'a', 'b', 'beta', 'm', 'rc', 'cr', 'snapshot', 'ga', 'final', 'RELEASE', 'sp', 'foo', 'jre', 'x'];
const mavenPiece = fc
  .tuple(fc.constantFrom('.', '.', '-', ''), fc.oneof(few, fc.constantFrom(...mavenWords)))
  .map((piece) => piece.join(''));
const maven = fc
  .tuple(fc.oneof(numbers, zeros, fc.constantFrom(...mavenWords, '')), fc.array(mavenPiece, { maxLength: 6 }))
  .map(([first, rest]) => [first, ...rest]);

/** By scheme: versions of odd form, as the pieces they are made of. */
const pieces: Readonly<Record<string, fc.Arbitrary<readonly string[]>>> = {
  apk,
  composer,
  deb,
  gem,
  go: fc.oneof(goModule, goTag),
  maven,
  nuget,
  packagist,
  pep440,
  pub,
  rpm,
  semver,
};

/** Schemes with versions that bytes cannot express, whatever their length. In all others every version of these generators has a key. */
const withoutSomeKeys: ReadonlySet<string> = new Set(['composer', 'maven', 'packagist']);

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

interface Read {
  readonly text: string;
  readonly value: unknown;
  readonly key: Uint8Array | undefined;
}

interface Placed extends Read {
  readonly key: Uint8Array;
}

/** The texts that are versions. */
function versionsOf(scheme: VersionScheme, texts: readonly string[]): readonly Read[] {
  return texts.flatMap((text) => {
    const parsed = scheme.parse(text);
    if (!parsed.ok) return [];
    const key = scheme.key(parsed.value);
    if (!withoutSomeKeys.has(scheme.id)) expect(key === undefined ? text : 'has a key').toBe('has a key');
    return [{ text, value: parsed.value, key }];
  });
}

/** Those of them that have a key. */
function placed(scheme: VersionScheme, texts: readonly string[]): readonly Placed[] {
  return versionsOf(scheme, texts).flatMap(({ key, ...rest }) => (key === undefined ? [] : [{ ...rest, key }]));
}

/** What the three ends mean, by comparing alone. */
function isBetween(scheme: VersionScheme, installed: Read, ends: { readonly [end in RangeEnd]?: Read }): boolean {
  const against = (end: Read | undefined, fits: (order: Order) => boolean): boolean =>
    end === undefined || fits(scheme.compare(installed.value, end.value));
  return (
    against(ends.introduced, (order) => order >= 0) &&
    against(ends.fixed, (order) => order < 0) &&
    against(ends.lastAffected, (order) => order <= 0)
  );
}

describe.each([...versionSchemes.values()])('laws of the scheme $id', (scheme) => {
  it('the bytes of keys are in the order of compare, and compare is antisymmetric', () => {
    let pairs = 0;
    let close = 0;
    fc.assert(
      fc.property(nearEqual(scheme.id, 4), (texts) => {
        const versions = versionsOf(scheme, texts);
        for (const a of versions) {
          for (const b of versions) {
            const order = scheme.compare(a.value, b.value);
            expect(scheme.compare(b.value, a.value), `${b.text} ${a.text}`).toBe(opposite(order));
            if (a.key === undefined || b.key === undefined) continue;
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

  it('is transitive: in a sorted pool of versions with keys every pair is in order', () => {
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

  it('a key is in the keys of a range exactly where comparing says that the version is in the range; without keys, comparing alone says so', () => {
    const end = fc.option(fc.nat(4), { nil: undefined });
    const seen = { inside: 0, outside: 0, compared: 0 };
    fc.assert(
      fc.property(nearEqual(scheme.id, 6), end, end, end, (texts, introduced, fixed, lastAffected) => {
        const [installed, ...others] = versionsOf(scheme, texts);
        if (installed === undefined) return;
        const ends: { [end in RangeEnd]?: Read } = {};
        for (const [which, at] of Object.entries({ introduced, fixed, lastAffected }) as [RangeEnd, number | undefined][]) {
          const version = at === undefined ? undefined : others[at];
          if (version !== undefined) ends[which] = version;
        }
        const raw = Object.fromEntries(Object.entries(ends).map(([which, { text }]) => [which, text]));
        const keyed = rangeKeys(scheme, raw);
        if (keyed.kind !== 'keyed') return expect.fail(`unparsable ${keyed.text}`);
        const inside = isBetween(scheme, installed, ends);
        expect(isInRange(scheme, installed.value, raw)).toBe(inside);

        const { lo, hi, exact } = keyed.range;
        expect(exact).toBe(Object.values(ends).every(({ key }) => key !== undefined));
        if (!exact) expect([...lo, ...hi]).toEqual([0xff]);
        if (exact && installed.key !== undefined) {
          expect(compareKeys(lo, installed.key) <= 0 && compareKeys(installed.key, hi) < 0).toBe(inside);
          seen[inside ? 'inside' : 'outside'] += 1;
        } else {
          seen.compared += 1;
        }
      }),
      { numRuns: runs * 2 },
    );
    expect(Math.min(seen.inside, seen.outside)).toBeGreaterThan(runs / 8);
    expect(seen.compared > 0).toBe(withoutSomeKeys.has(scheme.id));
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
