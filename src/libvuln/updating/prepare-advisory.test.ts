import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Advisory, AdvisoryRow, Namespace, PreparedAdvisory } from '../../contracts/index.ts';
import { fakeSchemes, integerScheme } from '../../testing/fake-matcher-scheme.ts';
import { AdvisoryPreparer } from './prepare-advisory.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);

// Few and treacherous texts, so that two advisories are often the same and their fields often run into each other.
const text = fc.constantFrom('', 'a', 'b', '1', '-', '1:a', 'a-', ';', '[', '0:');
const version = fc.option(fc.constantFrom('1', '2', '1:2', 'x', ''), { nil: undefined });
const namespace = fc.constantFrom<Namespace>(
  { key: 'n:1', scheme: 'integer' },
  { key: 'n:1', scheme: 'integer', distribution: { did: 'n' } },
  { key: 'n:1', scheme: 'integer', repository: { name: 'n' } },
  { key: 'n:2', scheme: 'integer' },
);
const row: fc.Arbitrary<AdvisoryRow> = fc
  .record({
    namespace,
    package: fc.record({
      name: text,
      kind: fc.constantFrom('source' as const, 'binary' as const),
      module: text,
      arch: text,
      archOperation: fc.constantFrom('' as const, 'equals' as const),
    }),
    range: fc
      .record({ introduced: version, fixed: version, lastAffected: version })
      .map((range) => Object.fromEntries(Object.entries(range).filter(([, end]) => end !== undefined))),
    status: fc.constantFrom('affected' as const, 'not_affected' as const),
    fixState: fc.constantFrom('fixed' as const, 'unknown' as const),
    severity: fc.option(text, { nil: undefined }),
    pointer: text,
  })
  .map(({ severity, ...rest }) => ({ ...rest, ...(severity !== undefined && { severity }) }));
const advisory: fc.Arbitrary<Advisory> = fc.record({
  part: text,
  name: text,
  aliases: fc.array(text, { maxLength: 2 }),
  description: text,
  links: fc.array(text, { maxLength: 2 }),
  issued: text,
  severity: text,
  normalizedSeverity: fc.constantFrom('Low' as const, 'High' as const),
  url: text,
  rows: fc.array(row, { maxLength: 3 }),
});
/** The second is often the first but for something small. */
const pair = fc.oneof(
  fc.tuple(advisory, advisory),
  fc
    .tuple(advisory, fc.tuple(text, fc.nat(2)))
    .map(([one, [other, field]]): [Advisory, Advisory] => [
      one,
      field === 0 ? { ...one, part: other } : field === 1 ? { ...one, description: other } : { ...one, rows: one.rows.toReversed() },
    ]),
);

const prepare = (...advisories: readonly Advisory[]): readonly PreparedAdvisory[] => {
  const preparer = new AdvisoryPreparer(fakeSchemes);
  return advisories.map((one) => preparer.prepare(one));
};
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

/** What is said, rows as a set: said again here as JSON, so that nothing is shared with the encoding under test. */
function said({ rows, url: _, severity, normalizedSeverity, ...rest }: Advisory): string {
  const sayings = rows.map(({ pointer: _, ...of }) => JSON.stringify(sorted({ severity, normalizedSeverity, ...of })));
  return JSON.stringify([sorted(rest), [...new Set(sayings)].sort()]);
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}

describe('the hash of an advisory', () => {
  it('is the same exactly where the same is said, whatever the order and repetition of rows', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const [ofA, ofB] = prepare(a, b);
        expect(hex(ofA?.hash) === hex(ofB?.hash)).toBe(said(a) === said(b));
        expect([ofA?.hash.length, ofA?.placeHash.length]).toEqual([16, 8]);
      }),
      { numRuns },
    );
  });

  it('over the place is the same exactly where url and pointers are', () => {
    fc.assert(
      fc.property(advisory, advisory, (a, b) => {
        const place = ({ url, rows }: Advisory): string => JSON.stringify([url, rows.map(({ pointer }) => pointer)]);
        const [ofA, ofB] = prepare(a, b);
        expect(hex(ofA?.placeHash) === hex(ofB?.placeHash)).toBe(place(a) === place(b));
      }),
      { numRuns },
    );
  });

  it('does not depend on what was prepared before', () => {
    fc.assert(
      fc.property(fc.array(advisory, { minLength: 1, maxLength: 4 }), (advisories) => {
        expect(prepare(...advisories)).toEqual(advisories.map((one) => prepare(one)[0]));
      }),
      { numRuns },
    );
  });

  it('changes with the key encoding of a scheme', () => {
    const one: Advisory = { ...bare, rows: [{ ...bareRow, namespace: { key: 'n:1', scheme: 'integer' } }] };
    const newer = new AdvisoryPreparer(new Map([['integer', { ...integerScheme, keyVersion: integerScheme.keyVersion + 1 }]]));
    expect(hex(newer.prepare(one).hash)).not.toBe(hex(prepare(one)[0]?.hash));
    expect(newer.schemes.map(({ id }) => id)).toEqual(['integer']);
  });
});

const bareRow = {
  package: { name: 'a', kind: 'source', module: '', arch: '', archOperation: '' },
  range: {},
  status: 'affected',
  fixState: 'unknown',
  pointer: '',
} as const;
const bare = {
  part: '',
  name: 'CVE-1',
  aliases: [],
  description: '',
  links: [],
  issued: '',
  severity: '',
  normalizedSeverity: 'Unknown',
  url: '',
} as const;

describe('keys', () => {
  it('are those of each row, though texts repeat', () => {
    const ranges = [
      { fixed: '5' },
      { introduced: '5' },
      { lastAffected: '5' },
      { fixed: '5' },
      { fixed: 'x' },
      {},
      { fixed: '5', introduced: '5' },
    ];
    const rows = ranges.map((range) => ({ ...bareRow, range, namespace: { key: 'n:1', scheme: 'integer' } }));
    const [prepared] = prepare({ ...bare, rows });
    const bytes = (at: number): string => {
      const keys = prepared?.rows[at]?.keys;
      return `${hex(keys?.lo)} ${hex(keys?.hi)} ${keys?.exact}`;
    };
    const five = hex(integerScheme.key(5));
    expect(ranges.map((_, at) => bytes(at))).toEqual([
      ` ${five} true`,
      `${five} ff true`,
      ` ${five}00 true`,
      ` ${five} true`,
      ' ff false',
      ' ff true',
      `${five} ${five} true`,
    ]);
  });
});
