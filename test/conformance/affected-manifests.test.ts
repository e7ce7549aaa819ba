import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Matcher, Namespace } from '../../src/contracts/index.ts';
import type { IndexReport, ManifestDigest, Vulnerability, VulnerabilityId, VulnerabilityReport } from '../../src/core/index.ts';
import { openImage, openIndexerStore, openLibindex, openLibvuln, type DataStoreOptions } from '../../src/defaults/index.ts';
import { Libindex, type AffectedManifests } from '../../src/libindex/index.ts';
import { Libvuln } from '../../src/libvuln/index.ts';
import { createFeedClient } from '../../src/runtime/index.ts';
import { fakeSchemes } from '../../src/testing/fake-matcher-scheme.ts';
import { fakeFeed, feedUrl } from '../../src/testing/fake-updater.ts';
import {
  fakeAdvisory,
  FakeFeedClient,
  fakeIndexReport,
  FakeLayerEngine,
  fakeMatcher,
  fakeUpdaterSet,
  MemoryIndexerStore,
  MemoryMatcherStore,
  type FakePackage,
} from '../../src/testing/index.ts';
import { freshDatabase } from '../support/postgres.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const releases = ['1', '2'] as const;
const distributionNamespace = (release: string): Namespace => ({
  key: `distro:${release}`,
  scheme: 'integer',
  distribution: { did: 'distro', versionId: release },
});
const registry: Namespace = { key: 'registry', scheme: 'integer', repository: { name: 'registry' } };

const version = fc.oneof(
  { weight: 12, arbitrary: fc.nat(6).map(String) },
  { weight: 1, arbitrary: fc.integer({ min: 898, max: 902 }).map(String) },
  { weight: 1, arbitrary: fc.constant('odd') },
);
const name = fc.constantFrom('a', 'b');
const arch = fc.constantFrom('amd64', 'arm64');

const row = fc.record({
  place: fc.constantFrom('1', '2', 'registry'),
  package: name,
  kind: fc.constantFrom('source', 'binary'),
  arch,
  archOperation: fc.constantFrom('', '', '', 'equals', 'not equals', 'pattern match'),
  module: fc.constantFrom('', '', '', '', 'm'),
  status: fc.constantFrom('affected', 'affected', 'affected', 'undetermined', 'not_affected'),
  introduced: fc.option(version, { nil: undefined, freq: 2 }),
  fixed: fc.option(version, { nil: undefined }),
  lastAffected: fc.option(version, { nil: undefined, freq: 2 }),
  normalizedSeverity: fc.constantFrom('Unknown', 'Low', 'High', 'Critical'),
});
const installed = fc.record({
  name,
  version,
  arch,
  module: fc.constantFrom('', '', '', 'm'),
  source: fc.option(
    fc.tuple(name, version).map((parts) => parts.join(' ')),
    { nil: undefined },
  ),
  places: fc.uniqueArray(fc.constantFrom('1', '2', 'registry'), { minLength: 1, maxLength: 2 }),
});
const image = fc.uniqueArray(installed, {
  minLength: 2,
  maxLength: 6,
  selector: (found) => [found.name, found.version, found.arch, found.module, found.source].join(' '),
});

type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never;

const matchers: readonly Matcher[] = [
  fakeMatcher('distro', {
    query: () => ['package-source-name', 'package-name', 'package-module', 'distribution-did', 'distribution-version-id'],
  }),
  fakeMatcher('registry', {
    filter: ({ repository }) => repository?.name === 'registry',
    query: () => ['package-name', 'repository-name', 'has-fixed-in-version'],
    namespaces: () => ['registry'],
    versionFilter: false,
    vulnerable: ({ package: found }, { range: { fixed } }) => {
      if (found.version === 'odd') throw new Error('a matcher that stumbles');
      return fixed === 'odd' ? 'unknown' : fixed === undefined || Number(found.version) < Number(fixed);
    },
  }),
];

/** One row for each name, so that a verdict on a name is one on its row. */
function toAdvisory({ place, introduced, fixed, lastAffected, normalizedSeverity, ...rest }: Drawn<typeof row>, index: number) {
  const range = {
    ...(introduced !== undefined && { introduced }),
    ...(fixed !== undefined && { fixed }),
    ...(lastAffected !== undefined && { lastAffected }),
  };
  const namespace = place === 'registry' ? registry : distributionNamespace(place);
  return fakeAdvisory(`CVE-${index}`, [{ ...rest, namespace, range }], { normalizedSeverity });
}

function toPackage({ places, source, ...rest }: Drawn<typeof installed>): FakePackage {
  const at = places.map((place) => (place === 'registry' ? { repository: 'registry' } : { distribution: `distro:${place}` }));
  return { ...rest, ...(source !== undefined && { source }), places: at };
}

function toReport(packages: readonly Drawn<typeof installed>[], index: number): IndexReport {
  const manifestHash = `sha256:${String(index).padStart(64, '0')}` as ManifestDigest;
  return { ...fakeIndexReport(packages.map(toPackage)), manifestHash };
}

async function openFakes(rows: readonly Drawn<typeof row>[]): Promise<Libvuln> {
  const feed = { name: 'feed', namespaces: [...releases.map((release) => `distro:${release}`), 'registry'] };
  const anchors = [...releases.map(distributionNamespace), registry].map((namespace) => ({ namespace, package: 'anchor' }));
  return await Libvuln.open({
    store: new MemoryMatcherStore(),
    updaterSets: [fakeUpdaterSet('fakes', [feed])],
    matchers,
    versionSchemes: fakeSchemes,
    feeds: new FakeFeedClient().set(feedUrl(feed), fakeFeed([fakeAdvisory('anchor', anchors), ...rows.map(toAdvisory)])),
    initialUpdate: 'wait',
  });
}

async function keep(store: MemoryIndexerStore, report: IndexReport): Promise<void> {
  await using lease = await store.locker.lock(`manifest:${report.manifestHash}`);
  await store.indexManifest(report, lease);
  await store.finishManifest(report, [], lease);
}

const severities = ['Critical', 'High', 'Medium', 'Low', 'Negligible', 'Unknown'];

/** By what scans said, image by image. */
function expectedOf(scans: readonly VulnerabilityReport[], all: ReadonlyMap<VulnerabilityId, Vulnerability>) {
  const rank = (id: VulnerabilityId): string => `${severities.indexOf(all.get(id)?.normalizedSeverity ?? '')} ${id}`;
  const bySeverity = (ids: readonly VulnerabilityId[]): readonly VulnerabilityId[] => ids.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
  const comparable = new Set(['version-unparsable', 'advisory-version-unparsable']);
  const told = scans.map((scan) => {
    const unknown = new Set(
      scan.verdicts.flatMap((verdict) => (verdict.status === 'unknown' && comparable.has(verdict.reason) ? [verdict.name] : [])),
    );
    const undetermined = [...all.values()].filter((one) => unknown.has(one.name) && !scan.vulnerabilities.has(one.id));
    return {
      digest: scan.index.manifestHash,
      affected: bySeverity([...scan.vulnerabilities.keys()]),
      undetermined: bySeverity(undetermined.map(({ id }) => id)),
    };
  });
  return {
    vulnerableManifests: told.filter(({ affected }) => affected.length > 0).map(({ digest, affected }) => [digest, affected]),
    undetermined: told.filter(({ undetermined }) => undetermined.length > 0).map(({ digest, undetermined }) => [digest, undetermined]),
  };
}

function plain({ vulnerableManifests, undetermined }: AffectedManifests) {
  return { vulnerableManifests: [...vulnerableManifests], undetermined: [...undetermined] };
}

describe('affected manifests', () => {
  it('are those whose scans name the vulnerability', async () => {
    let named = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 4, maxLength: 14 }),
        fc.array(image, { minLength: 1, maxLength: 4 }),
        async (rows, images) => {
          const store = new MemoryIndexerStore();
          await using libvuln = await openFakes(rows);
          await using libindex = await Libindex.open({
            store,
            engine: new FakeLayerEngine(),
            ecosystems: [],
            matchers,
            versionSchemes: fakeSchemes,
          });
          const reports = images.map(toReport);
          for (const report of reports) await keep(store, report);
          const scans = await Promise.all(reports.map((report) => libvuln.scan(report)));
          const all = new Map(scans.flatMap((scan) => [...scan.vulnerabilities]));
          named += all.size;
          const expected = expectedOf(scans, all);
          const found = await libindex.affectedManifests([...all.values()]);
          expect(plain(found)).toEqual(expected);
          expect(found.unfinished).toEqual([]);
          expect([...found.vulnerabilities.keys()]).toEqual([...all.keys()].sort());
          // alone as among others, and without what only a store could tell
          for (const { namespace: _, scheme: __, ...one } of all.values()) {
            const alone = plain(await libindex.affectedManifests([one]));
            const only = (entries: typeof alone.undetermined) =>
              entries.flatMap(([digest, ids]) => (ids.includes(one.id) ? [[digest, [one.id]]] : []));
            expect(alone).toEqual({
              vulnerableManifests: only(plain(found).vulnerableManifests),
              undetermined: only(plain(found).undetermined),
            });
          }
        },
      ),
      { numRuns: runs },
    );
    expect(named).toBeGreaterThan(runs / 3);
  });

  it.each(['sqlite', 'postgres'] as const)('are, of the demo images on %s, those whose scans name the vulnerability', async (kind) => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'claircore-affected-'));
    await using database = kind === 'postgres' ? await freshDatabase() : undefined;
    const examples = join(import.meta.dirname, '..', '..', 'examples');
    const data: DataStoreOptions = database
      ? { dataStore: 'postgres', connectionString: database.connectionString }
      : { dataStore: 'sqlite', path: join(directory.path, 'demo.db') };
    await using feeds = createFeedClient({ mirror: join(examples, 'mirror') });
    await using libindex = await openLibindex(data);
    await using libvuln = await openLibvuln({ ...data, feeds, initialUpdate: 'none' });
    const scans: VulnerabilityReport[] = [];
    for (const archive of ['shop.tar', 'tiny.tar']) {
      await using opened = await openImage(join(examples, archive));
      const index = await libindex.index(opened.manifest);
      await libvuln.update({ namespaces: libvuln.requiredNamespaces(index) });
      scans.push(await libvuln.scan(index));
    }
    scans.sort((a, b) => (a.index.manifestHash < b.index.manifestHash ? -1 : 1));
    const all = new Map(scans.flatMap((scan) => [...scan.vulnerabilities]));
    expect(scans.every(({ vulnerabilities }) => vulnerabilities.size > 0)).toBe(true);
    expect(plain(await libindex.affectedManifests([...all.values()]))).toEqual(expectedOf(scans, all));
    await using another = await openIndexerStore(data);
    const [first, second] = scans.map(({ index }) => index.manifestHash);
    if (!first || !second) return expect.fail('there are two images');
    const lease = await another.locker.lock(`manifest:${first}`);
    expect(await libindex.deleteManifests([first, second])).toEqual({ deleted: [second], locked: [first] });
    expect([...(await libindex.affectedManifests([...all.values()])).vulnerableManifests.keys()]).toEqual([first]);
    await lease.release();
    expect(await libindex.deleteManifests([first, second])).toEqual({ deleted: [first], locked: [] });
  });
});
