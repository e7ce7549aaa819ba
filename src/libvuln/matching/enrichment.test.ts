import { describe, expect, it } from 'vitest';
import type { Enricher, EnrichmentEntry, Namespace } from '../../contracts/index.ts';
import { enrichmentTypes, type Severity, type VulnerabilityReport } from '../../core/index.ts';
import { fakeEnricher } from '../../testing/fake-enricher.ts';
import { scanFake, type BenchOptions } from '../../testing/fake-matcher-bench.ts';
import type { FakePackage } from '../../testing/fake-matcher-report.ts';
import { fakeMatcher } from '../../testing/fake-matcher.ts';
import { fakeAdvisory, fakeUpdaterSet } from '../../testing/fake-updater.ts';

const distro: Namespace = { key: 'distro:1', scheme: 'integer', distribution: { did: 'distro', versionId: '1' } };
const facts: Namespace = { key: 'cve:facts', scheme: 'integer' };
const pkg: FakePackage = { name: 'bin', version: '4', source: 'src 4', places: [{ distribution: 'distro:1' }] };

const vendor = {
  name: 'vendor',
  namespaces: [distro.key],
  advisories: [
    fakeAdvisory('CVE-1', [{ namespace: distro, package: 'src' }]),
    fakeAdvisory('CVE-2', [{ namespace: distro, package: 'src' }], { severity: 'low', normalizedSeverity: 'Low' }),
  ],
};
const scan = (enrichers: readonly Enricher[], rest: Partial<BenchOptions> = {}): Promise<VulnerabilityReport> =>
  scanFake({ feeds: [vendor], matchers: [fakeMatcher('distro')], packages: [pkg], ...rest, libvuln: { enrichers, ...rest.libvuln } });

const knowing = (id: string, type: string, known: Parameters<typeof fakeEnricher>[1], severity?: Severity): Enricher =>
  fakeEnricher(id, known, { type, ...(severity && { severityOf: (found) => (found.length > 0 ? severity : undefined) }) });

/** The enrichments of a report with the names of vulnerabilities in place of their ids. */
function told({ enrichments, vulnerabilities }: VulnerabilityReport): unknown {
  const nameOf = (id: string): string => [...vulnerabilities.values()].find((one) => one.id === id)?.name ?? '';
  const named = (map: unknown): unknown =>
    Object.fromEntries(Object.entries(map as object).map(([id, items]: [string, unknown]) => [nameOf(id), items]));
  return [...enrichments].map(([type, maps]) => [type, maps.map(named)]);
}

describe('what several enrichers find', () => {
  it('stands together where it is of one type, in the order of their ids, whatever order they are given in', async () => {
    const enrichers = [
      knowing('b', 'score', { 'CVE-1': ['b1'], 'CVE-2': ['b2'] }),
      knowing('a', 'score', { 'CVE-1': ['a1'] }),
      knowing('c', 'other', { 'CVE-2': ['c2'] }),
    ];
    const wanted = [
      ['other', [{ 'CVE-2': ['c2'] }]],
      ['score', [{ 'CVE-1': ['a1', 'b1'], 'CVE-2': ['b2'] }]],
    ];
    expect(told(await scan(enrichers))).toEqual(wanted);
    expect(told(await scan(enrichers.toReversed()))).toEqual(wanted);
  });

  it('has the scores first, be there none: a client takes them from whatever stands first', async () => {
    const enrichers = [knowing('cvss', enrichmentTypes.cvss, {}), knowing('epss', enrichmentTypes.epss, { 'CVE-1': [{ epss: 1 }] })];
    expect(told(await scan(enrichers))).toEqual([
      [enrichmentTypes.cvss, [{}]],
      [enrichmentTypes.epss, [{ 'CVE-1': [{ epss: 1 }] }]],
    ]);
    expect(told(await scan(enrichers.slice(0, 1)))).toEqual([]);
  });
});

describe('a severity that the vendor does not give', () => {
  const severities = ({ vulnerabilities }: VulnerabilityReport) =>
    [...vulnerabilities.values()].map(({ name, severity, normalizedSeverity }) => [name, severity, normalizedSeverity]).sort();
  const notes = ({ verdicts }: VulnerabilityReport) => verdicts.map(({ name, evidence }) => [name, evidence.notes]).sort();

  it('is filled by the first enricher that knows one, and the evidence says so; the word of the vendor stays', async () => {
    const found = await scan([
      knowing('b', 'score', { 'CVE-1': ['x'], 'CVE-2': ['x'] }, 'Critical'),
      knowing('a', 'score', { 'CVE-1': ['x'], 'CVE-2': ['x'] }, 'High'),
    ]);
    expect(severities(found)).toEqual([
      ['CVE-1', '', 'High'],
      ['CVE-2', 'low', 'Low'],
    ]);
    expect(notes(found)).toEqual([
      ['CVE-1', ['severity-from-cvss']],
      ['CVE-2', undefined],
    ]);
  });

  it('stays Unknown where nobody knows one', async () => {
    const found = await scan([knowing('a', 'score', { 'CVE-2': ['x'] }, 'High'), knowing('b', 'score', { 'CVE-1': ['x'] }, 'Unknown')]);
    expect(severities(found)).toContainEqual(['CVE-1', '', 'Unknown']);
    expect(notes(found)).toContainEqual(['CVE-1', undefined]);
  });
});

describe("an enricher's own feed", () => {
  const own = { name: 'facts-updater', namespaces: [facts.key] };
  const entry = fakeAdvisory('block', [{ namespace: facts, package: 'block', kind: 'binary', status: 'not_affected' }], {
    description: 'the facts',
    severity: 'v1',
    issued: '2024-05-01',
  });
  /** Keeps what it found. */
  function asking(names: readonly string[], into: EnrichmentEntry[]): Enricher {
    return {
      id: 'facts',
      type: 'facts',
      namespace: facts.key,
      updaterSet: fakeUpdaterSet('facts', [own]),
      async enrich(_, { find }) {
        into.push(...(await find(names)));
        return new Map();
      },
    };
  }

  it('is loaded with the others, and found by its names', async () => {
    const found: EnrichmentEntry[] = [];
    await scan([asking(['block', 'other'], found)], {
      feeds: [vendor, { ...own, advisories: [entry] }],
      libvuln: { updaterSets: [fakeUpdaterSet('vendor', [vendor])] },
    });
    const { description, links } = entry;
    expect(found).toEqual([{ name: 'block', description, links, issued: '2024-05-01', severity: 'v1', updater: 'facts-updater' }]);
  });

  it('is not found by whoever has none, nor what another updater has put there', async () => {
    const found: EnrichmentEntry[] = [];
    const foreign = { name: 'foreign', namespaces: [facts.key, distro.key] };
    const feedless: Enricher = { id: 'without', type: 'x', enrich: (...given) => asking(['block'], found).enrich(...given) };
    await scan([asking(['block'], found), feedless], { feeds: [vendor, { ...foreign, advisories: [entry] }] });
    expect(found).toEqual([]);
  });

  it('answers no package and is in no coverage, whatever a matcher asks for and whether it is loaded, failed or missing', async () => {
    const curious = fakeMatcher('distro', { id: 'curious', query: () => ['package-name'] });
    const named: FakePackage = { name: 'block', version: '1', places: [{ distribution: 'distro:1' }] };
    const feed = { ...own, advisories: [{ ...entry, rows: entry.rows.map((row) => ({ ...row, status: 'affected' as const })) }] };
    for (const state of [feed, { ...own, fails: true }, own]) {
      const { coverage, verdicts } = await scan([asking(['block'], [])], {
        feeds: [vendor, state],
        matchers: [curious, fakeMatcher('distro')],
        packages: [named, pkg],
        libvuln: { updaterSets: [fakeUpdaterSet('vendor', [vendor])] },
      });
      expect(coverage).toMatchObject({ complete: true, gaps: [], feeds: [{ updater: 'vendor' }] });
      expect(verdicts.filter(({ evidence }) => evidence.namespace === facts.key)).toEqual([]);
      expect(verdicts.map(({ name }) => name).sort()).toEqual(['CVE-1', 'CVE-2']);
    }
  });
});
