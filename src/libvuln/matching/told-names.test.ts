import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Namespace } from '../../contracts/index.ts';
import type { Severity, VulnerabilityReport } from '../../core/index.ts';
import { scanFake } from '../../testing/fake-matcher-bench.ts';
import { fakeMatcher } from '../../testing/fake-matcher.ts';
import { fakeAdvisory, type FakeRow } from '../../testing/fake-updater.ts';

const language: Namespace = { key: 'lang', scheme: 'integer', repository: { name: 'lang' } };
const matcher = fakeMatcher('lang', {
  filter: ({ repository }) => repository?.name === 'lang',
  query: () => ['package-name', 'repository-name'],
  namespaces: () => ['lang'],
});
const installed = { name: 'left', version: '4', places: [{ repository: 'lang' }] };

/** A record: its names as a feed gives them, an advisory each. */
interface Record extends Partial<Pick<FakeRow, 'status' | 'range'>> {
  readonly id: string;
  readonly names?: readonly string[];
  readonly aliases?: readonly string[];
  readonly severity?: Severity;
}

function scan(records: readonly Record[]): Promise<VulnerabilityReport> {
  const advisories = records.flatMap(
    ({ id, names = [id], aliases = [], severity = 'Unknown', status = 'affected', range = { fixed: '9' } }) =>
      names.map((name) =>
        fakeAdvisory(name, [{ namespace: language, package: 'left', kind: 'binary', status, range, pointer: `/${id}` }], {
          part: id,
          aliases,
          severity: severity.toLowerCase(),
          normalizedSeverity: severity,
        }),
      ),
  );
  return scanFake({ feeds: [{ name: 'osv', namespaces: ['lang'], advisories }], matchers: [matcher], packages: [installed] });
}

async function told(records: readonly Record[]): Promise<readonly string[]> {
  const { verdicts } = await scan(records);
  return verdicts.map(({ name, status, evidence }) =>
    [name, status, evidence.record?.pointer, ...(evidence.sources ?? []).map(({ record }) => record.pointer)].join(' '),
  );
}

describe('what several databases say', () => {
  it.each<[string, readonly Record[], readonly string[]]>([
    [
      'is told once, under the CVE, by the own authority',
      [
        { id: 'GHSA-1', names: ['CVE-2020-0001'], aliases: ['GHSA-1'] },
        { id: 'GO-1', names: ['CVE-2020-0001'], aliases: ['GO-1', 'GHSA-1'] },
      ],
      ['CVE-2020-0001 affected /GO-1 /GHSA-1'],
    ],
    [
      'is told under the CVE that only one of them knows',
      [{ id: 'GHSA-1' }, { id: 'PYSEC-1', names: ['CVE-2020-0001'], aliases: ['GHSA-1', 'PYSEC-1'] }],
      ['CVE-2020-0001 affected /PYSEC-1 /GHSA-1'],
    ],
    [
      'is told under the GHSA where nobody knows a CVE, also when no record of that id is at hand',
      [
        { id: 'RUSTSEC-1', aliases: ['GHSA-1'] },
        { id: 'MAL-1', aliases: ['GHSA-1'] },
      ],
      ['GHSA-1 affected /MAL-1 /RUSTSEC-1'],
    ],
    [
      'is told under its own id where there is nothing else',
      [{ id: 'RUSTSEC-1' }, { id: 'RUSTSEC-2' }],
      ['RUSTSEC-1 affected /RUSTSEC-1', 'RUSTSEC-2 affected /RUSTSEC-2'],
    ],
    [
      'is joined through records without a CVE',
      [
        { id: 'A-1', aliases: ['B-1'] },
        { id: 'B-1', aliases: ['C-1'] },
        { id: 'C-1', names: ['CVE-2020-0001'], aliases: ['C-1'] },
      ],
      ['CVE-2020-0001 affected /A-1 /B-1 /C-1'],
    ],
    [
      'is never joined through a record that names another CVE',
      [
        { id: 'A-1', names: ['CVE-2020-0001'], aliases: ['A-1', 'X-1'] },
        { id: 'B-1', names: ['CVE-2020-0002'], aliases: ['B-1', 'X-1'] },
      ],
      ['CVE-2020-0001 affected /A-1', 'CVE-2020-0002 affected /B-1'],
    ],
    [
      'is told under each CVE that it shares',
      [
        { id: 'A-1', names: ['CVE-2020-0001'], aliases: ['A-1', 'X-1'] },
        { id: 'B-1', names: ['CVE-2020-0002'], aliases: ['B-1', 'X-1'] },
        { id: 'X-1' },
      ],
      ['CVE-2020-0001 affected /A-1 /X-1', 'CVE-2020-0002 affected /B-1 /X-1'],
    ],
    [
      'is two findings where one record names two CVEs',
      [{ id: 'GHSA-1', names: ['CVE-2020-0001', 'CVE-2020-0002'], aliases: ['GHSA-1'] }],
      ['CVE-2020-0001 affected /GHSA-1', 'CVE-2020-0002 affected /GHSA-1'],
    ],
    [
      'affects if any of them says so',
      [
        { id: 'GO-1', names: ['CVE-2020-0001'], aliases: ['GO-1'], status: 'not_affected' },
        { id: 'GHSA-1', names: ['CVE-2020-0001'], aliases: ['GHSA-1'] },
      ],
      ['CVE-2020-0001 affected /GHSA-1'],
    ],
    [
      'is not joined by what does not hold the version',
      [{ id: 'GHSA-1', range: { fixed: '2' }, names: ['CVE-2020-0001'], aliases: ['GHSA-1', 'X-1'] }, { id: 'X-1' }],
      ['X-1 affected /X-1'],
    ],
  ])('%s', async (_, records, expected) => {
    expect(await told(records)).toEqual(expected);
    expect(await told(records.toReversed())).toEqual(expected);
  });

  it('has the fix of the authority, the highest severity, and all that it is called', async () => {
    const report = await scan([
      { id: 'GO-1', names: ['CVE-2020-0001'], aliases: ['GO-1', 'GHSA-1'], range: { fixed: '5' } },
      { id: 'GHSA-1', names: ['CVE-2020-0001'], aliases: ['GHSA-1'], range: { fixed: '7' }, severity: 'High' },
      { id: 'X-1', aliases: ['GO-1'], range: { fixed: '5' }, severity: 'Low' },
    ]);
    expect([...report.vulnerabilities.values()]).toMatchObject([
      { name: 'CVE-2020-0001', range: { fixed: '5' }, severity: 'high', normalizedSeverity: 'High' },
    ]);
    expect(report.verdicts[0]?.evidence).toMatchObject({
      fixed: '5',
      aliases: ['GHSA-1', 'GO-1', 'X-1'],
      sources: [{ fixed: '5' }, { fixed: '7' }],
    });
  });
});

const id = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'GHSA-1', 'GHSA-2');
const cve = fc.constantFrom('CVE-2020-0001', 'CVE-2020-0002', 'CVE-2020-0003');
const record = fc.record({ id, cves: fc.uniqueArray(cve, { maxLength: 2 }), aliases: fc.uniqueArray(id, { maxLength: 2 }) });

/** A path from record to record is looked for, step by step; only records without a CVE lie between. */
function reachable(from: Drawn, records: readonly Drawn[]): readonly Drawn[] {
  const seen = new Set([from]);
  const open = [from];
  for (let at = open.pop(); at; at = open.pop()) {
    if (at !== from && at.cves.length > 0) continue;
    const ids = [at.id, ...at.aliases];
    for (const other of records) {
      if (seen.has(other) || ![other.id, ...other.aliases].some((each) => ids.includes(each))) continue;
      seen.add(other);
      open.push(other);
    }
  }
  return [...seen];
}

type Drawn = typeof record extends fc.Arbitrary<infer T> ? T : never;

function naive(records: readonly Drawn[]): readonly string[] {
  return records.flatMap((one) => {
    if (one.cves.length > 0) return one.cves.map((name) => `${name} ${one.id}`);
    const circle = reachable(one, records);
    const cves = new Set(circle.flatMap((other) => other.cves));
    if (cves.size > 0) return [...cves].map((name) => `${name} ${one.id}`);
    const ids = circle.flatMap((other) => [other.id, ...other.aliases]).sort();
    const name = ids.find((each) => each.startsWith('GHSA-')) ?? circle.map((other) => other.id).sort()[0];
    return [`${name} ${one.id}`];
  });
}

describe('any records', () => {
  it('are told under the names that a search from each of them finds', async () => {
    const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
    const drawn = fc.uniqueArray(record, { minLength: 1, maxLength: 7, selector: (one) => one.id });
    await fc.assert(
      fc.asyncProperty(drawn, async (records) => {
        const report = await scan(
          records.map(({ id: own, cves, aliases }) =>
            cves.length > 0 ? { id: own, names: cves, aliases: [own, ...aliases] } : { id: own, aliases },
          ),
        );
        const found = report.verdicts.flatMap(({ name, evidence }) =>
          [evidence.record, ...(evidence.sources ?? []).map((source) => source.record)].map((ref) => `${name} ${ref?.pointer.slice(1)}`),
        );
        expect(found.sort()).toEqual([...naive(records)].sort());
      }),
      { numRuns: runs },
    );
  });
});
