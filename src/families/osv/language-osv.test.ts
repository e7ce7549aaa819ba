import { describe, expect, it } from 'vitest';
import type { Advisory, Namespace } from '../../contracts/index.ts';
import { collect, writeZip } from '../../testing/index.ts';
import { createLanguageOsvUpdaterSet, parseOsvZip } from './index.ts';
import { createLanguageOsvSource } from './language-osv.ts';

const namespace: Namespace = { key: 'pypi', scheme: 'pep440', repository: { name: 'pypi' } };
const options = { ecosystem: 'PyPI', namespace, version: 4, nameOf: (name: string): string => name.toLowerCase().replaceAll('_', '-') };

async function* body(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** What a record of the package `Some_Thing`, affected before 2.0, gives. */
async function advisoriesOf(record: Readonly<Record<string, unknown>>): Promise<readonly Advisory[]> {
  const whole = {
    affected: [
      {
        package: { ecosystem: 'PyPI', name: 'Some_Thing' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.0' }] }],
      },
    ],
    ...record,
  };
  return await collect(parseOsvZip(body(writeZip([{ name: 'x.json', content: JSON.stringify(whole) }])), createLanguageOsvSource(options)));
}

describe("a language's records of OSV", () => {
  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['GHSA-aaaa', ['CVE-2020-0001', 'PYSEC-2020-1'], ['CVE-2020-0001'], ['GHSA-aaaa', 'PYSEC-2020-1']],
    ['GHSA-aaaa', ['CVE-2020-0002', 'CVE-2020-0001'], ['CVE-2020-0001', 'CVE-2020-0002'], ['GHSA-aaaa']],
    ['CVE-2020-0001', ['CVE-2020-0001'], ['CVE-2020-0001'], []],
    ['PYSEC-2020-1', ['GHSA-bbbb', 'GHSA-aaaa'], ['GHSA-aaaa'], ['GHSA-bbbb', 'PYSEC-2020-1']],
    ['GHSA-aaaa', [], ['GHSA-aaaa'], []],
    ['PYSEC-2020-1', ['SNYK-1'], ['PYSEC-2020-1'], ['SNYK-1']],
    // Not of the form that ids of CVEs have.
    ['PYSEC-2020-1', ['CVE-2020-1'], ['PYSEC-2020-1'], ['CVE-2020-1']],
  ])('%s, also known as %j, is told as %j', async (id, aliases, names, others) => {
    const advisories = await advisoriesOf({ id, aliases, related: ['CVE-2019-0001'], upstream: ['CVE-2018-0001'] });
    expect(advisories.map(({ name }) => name)).toEqual(names);
    expect(advisories.map((advisory) => [advisory.part, ...advisory.aliases])).toEqual(names.map(() => [id, ...others]));
  });

  it('speak of packages by the one way of writing their names, and of no other registry', async () => {
    const entry = (ecosystem: string, name: string): unknown => ({ package: { ecosystem, name }, versions: ['1.0'] });
    const affected = [entry('PyPI', 'Some_Thing'), entry('PyPI:https://packages.example', 'elsewhere'), entry('npm', 'other')];
    const [advisory] = await advisoriesOf({ id: 'PYSEC-2020-1', affected });
    expect(advisory?.rows.map((row) => [row.namespace.key, row.package.name, row.range])).toEqual([
      ['pypi', 'some-thing', { introduced: '1.0', lastAffected: '1.0' }],
    ]);
  });

  it('of malicious packages are critical, whatever else they say', async () => {
    const [advisory] = await advisoriesOf({ id: 'MAL-2024-1', summary: 'Malicious code', database_specific: { severity: 'LOW' } });
    expect(advisory).toMatchObject({
      name: 'MAL-2024-1',
      severity: 'malicious',
      normalizedSeverity: 'Critical',
      description: 'Malicious code',
    });
    expect(advisory?.rows).toMatchObject([{ severity: 'malicious', normalizedSeverity: 'Critical' }]);
  });

  it('count for nothing when they were taken back', async () => {
    expect(await advisoriesOf({ id: 'PYSEC-2020-1', withdrawn: '2021-01-01T00:00:00Z' })).toEqual([]);
  });

  it("end an open range where GitHub's own does, with no word of a fix", async () => {
    const affected = [
      {
        package: { ecosystem: 'PyPI', name: 'a' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
        database_specific: { last_known_affected_version_range: '< 1.2.13' },
      },
    ];
    const [advisory] = await advisoriesOf({ id: 'GHSA-aaaa', affected });
    expect(advisory?.rows).toMatchObject([{ range: { fixed: '1.2.13' }, fixState: 'unknown' }]);
  });

  it('are fetched for their namespace alone', () => {
    const set = createLanguageOsvUpdaterSet(options);
    expect([set.id, set.serves('pypi'), set.serves('npm')]).toEqual(['osv', true, false]);
    expect([set.expected('pypi'), set.versionOf?.('pypi-osv-updater')]).toEqual([['pypi-osv-updater'], 4]);
  });
});
