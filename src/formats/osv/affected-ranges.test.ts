import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawRange } from '../../core/index.ts';
import { isInRange, rpmScheme, semverScheme } from '../../versions/index.ts';
import { affectedRanges, parseOsvRecord, type OsvAffected, type OsvEvent } from './index.ts';

type Events = readonly (readonly [OsvEvent['kind'], string])[];

function affected(events: readonly Events[], versions: readonly string[] = [], type = 'ECOSYSTEM'): OsvAffected {
  const record = parseOsvRecord({
    id: 'X-1',
    affected: [
      {
        package: { ecosystem: 'Example', name: 'a' },
        ranges: events.map((each) => ({ type, events: each.map(([kind, version]) => ({ [kind]: version })) })),
        versions,
      },
    ],
  });
  return record?.affected[0] ?? expect.fail();
}

function rangesOf(events: Events, versions: readonly string[] = []): readonly RawRange[] {
  const said = affectedRanges(affected([events], versions), rpmScheme);
  return said.kind === 'affected' ? said.ranges : [];
}

describe('affectedRanges', () => {
  it.each<[string, Events, readonly RawRange[]]>([
    [
      'from the start to a fix',
      [
        ['introduced', '0'],
        ['fixed', '1.2'],
      ],
      [{ fixed: '1.2' }],
    ],
    ['without a fix', [['introduced', '1.0']], [{ introduced: '1.0' }]],
    ['every version', [['introduced', '0']], [{}]],
    [
      'to the last affected',
      [
        ['introduced', '1.0'],
        ['last_affected', '1.5'],
      ],
      [{ introduced: '1.0', lastAffected: '1.5' }],
    ],
    [
      'twice',
      [
        ['introduced', '0'],
        ['fixed', '1.2'],
        ['introduced', '2.0'],
        ['fixed', '2.1'],
      ],
      [{ fixed: '1.2' }, { introduced: '2.0', fixed: '2.1' }],
    ],
    [
      'in another order than that of versions',
      [
        ['fixed', '2.1'],
        ['introduced', '2.0'],
        ['fixed', '1.2'],
        ['introduced', '0'],
      ],
      [{ fixed: '1.2' }, { introduced: '2.0', fixed: '2.1' }],
    ],
    [
      'introduced once more while affected',
      [
        ['introduced', '1.0'],
        ['introduced', '1.5'],
        ['fixed', '2.0'],
      ],
      [{ introduced: '1.0', fixed: '2.0' }],
    ],
    [
      'fixed once more while fixed',
      [
        ['introduced', '0'],
        ['fixed', '1.0'],
        ['fixed', '2.0'],
      ],
      [{ fixed: '1.0' }],
    ],
    [
      'last affected without having been introduced',
      [
        ['last_affected', '1.0'],
        ['introduced', '2.0'],
        ['last_affected', '3.0'],
      ],
      [{ introduced: '2.0', lastAffected: '3.0' }],
    ],
    [
      'cut by a limit',
      [
        ['introduced', '0'],
        ['limit', '2.0'],
      ],
      [{ fixed: '2.0' }],
    ],
    [
      'with a limit above the fix',
      [
        ['introduced', '0'],
        ['fixed', '1.0'],
        ['limit', '2.0'],
      ],
      [{ fixed: '1.0' }],
    ],
    [
      'with a fix above the limit',
      [
        ['introduced', '0'],
        ['fixed', '3.0'],
        ['limit', '2.0'],
      ],
      [{ fixed: '2.0' }],
    ],
    [
      'wholly above the limit',
      [
        ['introduced', '3.0'],
        ['limit', '2.0'],
      ],
      [],
    ],
    [
      'with limits, of which the highest counts',
      [
        ['introduced', '0'],
        ['limit', '1.0'],
        ['limit', '2.0'],
      ],
      [{ fixed: '2.0' }],
    ],
    [
      'with the limit that is none',
      [
        ['introduced', '0'],
        ['limit', '1.0'],
        ['limit', '*'],
      ],
      [{}],
    ],
    [
      'introduced and fixed at once',
      [
        ['introduced', '1.0'],
        ['fixed', '1.0'],
      ],
      [],
    ],
  ])('reads what is affected %s', (_name, events, ranges) => {
    expect(rangesOf(events)).toEqual(ranges);
  });

  it('keeps a version that cannot be read, in the order that is given', () => {
    expect(
      rangesOf([
        ['introduced', '2 0'],
        ['fixed', '1.0'],
      ]),
    ).toEqual([{ introduced: '2 0', fixed: '1.0' }]);
  });

  it('takes enumerated versions that no range holds', () => {
    const point = (version: string): RawRange => ({ introduced: version, lastAffected: version });
    expect(
      rangesOf(
        [
          ['introduced', '1.0'],
          ['fixed', '2.0'],
        ],
        ['0.9', '1.0', '1.5', '2.0', '2.0', '1 x'],
      ),
    ).toEqual([{ introduced: '1.0', fixed: '2.0' }, point('0.9'), point('2.0')]);
    expect(affectedRanges(affected([], ['1.0']), rpmScheme)).toEqual({ kind: 'affected', ranges: [point('1.0')] });
    expect(rangesOf([['introduced', '0']], ['1.0'])).toEqual([{}]);
  });

  it.each<[string, OsvAffected, unknown]>([
    ['commits alone', affected([[['introduced', 'abc']]], [], 'GIT'), { kind: 'unusable', reason: 'git-only' }],
    ['nothing', affected([]), { kind: 'unusable', reason: 'no-versions' }],
    ['a range without events', affected([[]]), { kind: 'unusable', reason: 'no-versions' }],
    [
      'a fix before the first version',
      affected([
        [
          ['introduced', '0'],
          ['fixed', '0'],
        ],
      ]),
      { kind: 'never-affected' },
    ],
  ])('says of %s what it is', (_name, entry, said) => {
    expect(affectedRanges(entry, rpmScheme)).toEqual(said);
  });

  it('leaves commits out beside versions', () => {
    const both = affected([
      [
        ['introduced', '0'],
        ['fixed', '1'],
      ],
    ]);
    const entry = { ...both, ranges: [...both.ranges, { type: 'GIT', events: [{ kind: 'introduced', version: 'abc' } as const] }] };
    expect(affectedRanges(entry, rpmScheme)).toEqual({ kind: 'affected', ranges: [{ fixed: '1' }] });
  });

  describe("where events leave a range open and GitHub's own range does not", () => {
    const open = (introduced: string, known: string, versions: readonly string[] = []): OsvAffected => ({
      ...affected([[['introduced', introduced]]], versions),
      databaseSpecific: { last_known_affected_version_range: known },
    });
    const of = (entry: OsvAffected): unknown => affectedRanges(entry, semverScheme);

    it.each<[string, string, string, RawRange]>([
      // As in the records that are named.
      ['GHSA-wxj2-777f-vxmf', '0', '< 5.10.0', { fixed: '5.10.0' }],
      ['GHSA-qq6h-5g6j-q3cm', '11.4.9', '< 11.6.14', { introduced: '11.4.9', fixed: '11.6.14' }],
      ['GHSA-7wfq-wmx2-3wr4', '0', '< 0.57', { fixed: '0.57' }],
      ['an old form of GHSA-5mg8-w23w-74h3', '0', '<= 29.0', { lastAffected: '29.0' }],
    ])('ends it there, with no word of a fix: %s', (_, introduced, known, range) => {
      expect(of(open(introduced, known))).toEqual({ kind: 'affected', ranges: [range], endWithoutFix: [range] });
    });

    it('still holds versions that are listed beyond', () => {
      expect(of(open('0', '< 2.0.0', ['1.9.0', '2.0.0']))).toMatchObject({
        ranges: [{ fixed: '2.0.0' }, { introduced: '2.0.0', lastAffected: '2.0.0' }],
      });
    });

    it.each(['< x y', '> 1.0.0', '>= 1.0.0, < 2.0.0', '', '< 1.0.0', '< 0.9.0'])(
      'leaves it open where that is not an end of it: %j',
      (known) => {
        expect(of(open('1.0.0', known))).toEqual({ kind: 'affected', ranges: [{ introduced: '1.0.0' }] });
      },
    );

    it('hears an event before it', () => {
      const fixed = affected([
        [
          ['introduced', '0'],
          ['fixed', '1.2.3'],
        ],
      ]);
      const said = of({ ...fixed, databaseSpecific: { last_known_affected_version_range: '<= 1.2.0' } });
      expect(said).toEqual({ kind: 'affected', ranges: [{ fixed: '1.2.3' }] });
    });
  });

  // The evaluation of the schema, word for word: sort, then walk for one version.
  function isAffected(version: number, events: Events): boolean {
    const numbered = events.map(([kind, text]) => ({ kind, at: Number(text) }));
    const limits = numbered.filter(({ kind }) => kind === 'limit');
    if (limits.length > 0 && !limits.some(({ at }) => version < at)) return false;
    let is = false;
    for (const { kind, at } of numbered.filter((event) => event.kind !== 'limit').sort((a, b) => a.at - b.at)) {
      if (kind === 'introduced' && version >= at) is = true;
      if (kind === 'fixed' && version >= at) is = false;
      if (kind === 'last_affected' && version > at) is = false;
    }
    return is;
  }

  it('agrees with the evaluation of the schema for every version', () => {
    const kind = fc.constantFrom<OsvEvent['kind']>('introduced', 'introduced', 'fixed', 'last_affected', 'limit');
    // Distinct versions: of two events at one version the schema does not say which comes first.
    const events = fc.uniqueArray(fc.tuple(kind, fc.nat(20).map(String)), { selector: ([, version]) => version, maxLength: 8 });
    fc.assert(
      fc.property(events, (drawn) => {
        const ranges = rangesOf(drawn);
        for (let version = 0; version <= 21; version += 1) {
          const parsed = rpmScheme.parse(String(version));
          const isInside = parsed.ok && ranges.some((range) => isInRange(rpmScheme, parsed.value, range) === true);
          expect(isInside).toBe(isAffected(version, drawn));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('parseOsvRecord', () => {
  it.each([null, [], 'x', {}, { id: '' }, { id: 1 }])('is no record: %j', (value) => {
    expect(parseOsvRecord(value)).toBeUndefined();
  });

  it('takes members of another type as absent', () => {
    const odd = {
      id: 'X-1',
      aliases: ['CVE-2020-1', 2, ''],
      related: 'x',
      severity: [{ type: 'CVSS_V3' }, null],
      affected: [null, { package: { name: 'a' } }],
    };
    expect(parseOsvRecord(odd)).toMatchObject({
      id: 'X-1',
      aliases: ['CVE-2020-1'],
      related: [],
      severity: [],
      affected: [{ index: 0, ranges: [], versions: [] }, { index: 1 }],
    });
    expect(parseOsvRecord(JSON.parse('{"id":"X-1","__proto__":{"withdrawn":"yes"}}'))).toMatchObject({ withdrawn: '' });
  });
});
