// Index reports with the vulnerabilities that claircore's matchers took for them: ours take the same.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Advisory } from '../../src/contracts/index.ts';
import type { RawRange, Severity } from '../../src/core/index.ts';
import { defaultMatchers } from '../../src/defaults/index.ts';
import { Libvuln } from '../../src/libvuln/index.ts';
import { decodeIndexReport } from '../../src/reports/index.ts';
import { FakeFeedClient, fakeAdvisory, fakeFeed, fakeUpdaterSet, MemoryMatcherStore } from '../../src/testing/index.ts';
import { versionSchemes } from '../../src/versions/index.ts';
import { missing, sharedPath } from '../support/shared-data.ts';

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly severity: string;
  readonly normalized_severity: Severity;
  readonly package: { readonly name: string };
  readonly repository: { readonly name: string };
  readonly fixed_in_version: string;
}

interface Wanted {
  readonly vulnerabilities: Readonly<Record<string, Listed>>;
  readonly package_vulnerabilities: Readonly<Record<string, readonly string[]>>;
}

/** The named sections of an archive of texts (`-- name --` lines); what stands as `{"$ref": "file:NAME"}` is that section. */
function readSections(path: string): (name: string) => unknown {
  const [, ...parts] = readFileSync(path, 'utf8').split(/^-- (.*) --\n/m);
  const texts = new Map(parts.flatMap((part, at) => (at % 2 === 0 ? [[part, parts[at + 1] ?? ''] as const] : [])));
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const [key, target] = Object.entries(value)[0] ?? [];
    if (key === '$ref' && typeof target === 'string') return section(target.replace(/^file:/, ''));
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolve(member)]));
  };
  const section = (name: string): unknown => resolve(JSON.parse((texts.get(name) ?? expect.fail(`no ${name}`)).replaceAll('\u001e', '')));
  return section;
}

/** claircore wrote ranges into `fixed_in_version`, as a query string. The product reads no such thing. */
function rangeOf(fixedInVersion: string): RawRange {
  const said = new URLSearchParams(fixedInVersion);
  const ends = (['introduced', 'fixed', 'lastAffected'] as const).flatMap((end) => (said.has(end) ? [[end, said.get(end)]] : []));
  return Object.fromEntries(ends) as RawRange;
}

const namespaces = {
  maven: { key: 'maven', scheme: 'maven', repository: { name: 'maven' } },
  pypi: { key: 'pypi', scheme: 'pep440', repository: { name: 'pypi' } },
};

function toAdvisory({ id, name, severity, normalized_severity, package: of, repository, fixed_in_version }: Listed): Advisory {
  const namespace = namespaces[repository.name as keyof typeof namespaces];
  const row = { namespace, package: of.name, kind: 'binary' as const, range: rangeOf(fixed_in_version) };
  return fakeAdvisory(name, [row], { part: id, severity, normalizedSeverity: normalized_severity });
}

const cases = [
  { file: 'Jackson-Databind', vulnerabilities: 24, packages: { '1046': 2, '1146': 19, '1302': 2, '1362': 1 } },
  { file: 'RHEL8', vulnerabilities: 9, packages: { '645': 6, '752': 3 } },
];
const skip = missing(...cases.map(({ file }) => `conformance/matchers/${file}.txtar`));

describe.skipIf(skip !== undefined)(`claircore's own matching${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  it.each(cases)('$file', async ({ file, vulnerabilities, packages }) => {
    const section = readSections(sharedPath(`conformance/matchers/${file}.txtar`));
    const wanted = section('Want') as Wanted;
    const client = new FakeFeedClient();
    const feed = { name: 'osv', url: 'https://feeds.example/osv', namespaces: Object.keys(namespaces) };
    client.set(feed.url, fakeFeed(Object.values(wanted.vulnerabilities).map(toAdvisory)));
    await using libvuln = await Libvuln.open({
      store: new MemoryMatcherStore(),
      updaterSets: [fakeUpdaterSet('osv', [feed])],
      matchers: defaultMatchers,
      versionSchemes,
      feeds: client,
      clock: { now: () => new Date('2024-05-01T00:00:00Z') },
    });
    await libvuln.update();
    const image = section('IndexReport') as object;
    const report = await libvuln.scan(decodeIndexReport(JSON.stringify({ ...image, state: 'IndexFinished', success: true })));

    const found = [...report.packageVulnerabilities].map(([id, ids]) => [
      id,
      ids.map((each) => report.vulnerabilities.get(each)?.name).sort(),
    ]);
    const names = Object.entries(wanted.package_vulnerabilities).map(([id, ids]) => [
      id,
      ids.map((each) => wanted.vulnerabilities[each]?.name).sort(),
    ]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(names));
    expect(report.vulnerabilities.size).toBe(vulnerabilities);
    expect(Object.fromEntries([...report.packageVulnerabilities].map(([id, ids]) => [id, ids.length]))).toEqual(packages);
  });
});
