import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scannerKey, type Ecosystem } from '../../src/contracts/index.ts';
import { indexStates, type ManifestDigest } from '../../src/core/index.ts';
import { defaultEcosystems, openLibindex, openLibvuln } from '../../src/defaults/index.ts';
import { createLayerFetcher } from '../../src/image/index.ts';
import { manifestDigest, type Libindex } from '../../src/libindex/index.ts';
import { createFeedClient, fixedClock } from '../../src/runtime/index.ts';
import { openLibindexDaemon, openLibvulnDaemon } from '../../src/services/index.ts';
import { BlobServer, compress, LayerBuilder, type ServedBlob } from '../../src/testing/index.ts';
import { serveFeeds } from '../support/feed-host.ts';
import { trackerDocument, trackerPath, writeFeed, type TrackerPackages } from '../support/feed-mirror.ts';
import { serveDaemon } from '../support/serve.ts';
import { serviceStores, type ServiceStore } from '../support/service-stores.ts';
import { scratchDirectory } from '../support/shared-data.ts';
import { debianRelease, dpkgStatus, type DebianPackage } from '../support/small-image.ts';

const clock = fixedClock(new Date('2024-06-01T00:00:00Z'));

/** What v0.0.7's daemons say, as a client of theirs reads it. */
interface SeedPackage {
  readonly id: number;
  readonly name: string;
  readonly version: string;
}
interface SeedIndexReport {
  readonly manifest_hash: string;
  readonly state: string;
  readonly success: boolean;
  readonly err: string;
  readonly packages: Readonly<Record<string, SeedPackage>>;
  readonly distributions: Readonly<Record<string, { readonly did: string; readonly version: string; readonly version_id: string }>>;
  readonly distribution_by_package: Readonly<Record<string, number>>;
  readonly package_introduced: Readonly<Record<string, string>>;
}
interface SeedVulnerabilityReport {
  readonly vulnerabilities: Readonly<Record<string, { readonly id: number; readonly name: string; readonly fixed_in_version: string }>>;
  readonly details: Readonly<
    Record<string, readonly { readonly affected_package: SeedPackage; readonly introduced_in: string; readonly fixed_in_version: string }[]>
  >;
  readonly coverage: { readonly complete: boolean };
}

const bionicRelease = `NAME="Ubuntu"
VERSION="18.04.3 LTS (Bionic Beaver)"
ID=ubuntu
ID_LIKE=debian
PRETTY_NAME="Ubuntu 18.04.3 LTS"
VERSION_ID="18.04"
VERSION_CODENAME=bionic
UBUNTU_CODENAME=bionic
`;
const bionicPackages: readonly DebianPackage[] = Array.from({ length: 89 }, (_, index) => ({
  name: `package-${String(index).padStart(2, '0')}`,
  version: `1.${index}-1ubuntu1`,
}));
const bionicLayer = compress(
  new LayerBuilder().file('etc/os-release', bionicRelease).file('var/lib/dpkg/status', dpkgStatus(bionicPackages)).build(),
  'gzip',
);
// package-00 is gone, package-01 has another version, one is new
const bionicUpgrade = compress(
  new LayerBuilder()
    .file(
      'var/lib/dpkg/status',
      dpkgStatus([
        ...bionicPackages.slice(1).map((entry, index) => (index === 0 ? { ...entry, version: '1.1-1ubuntu2' } : entry)),
        { name: 'added', version: '1.0-1' },
      ]),
    )
    .build(),
  'gzip',
);
const bookwormLayer = compress(
  new LayerBuilder()
    .file('etc/os-release', debianRelease)
    .file(
      'var/lib/dpkg/status',
      dpkgStatus([
        { name: 'libssl3', version: '3.0.11-1', source: 'openssl' },
        { name: 'zlib1g', version: '1:1.2.13', source: 'zlib' },
      ]),
    )
    .build(),
  'gzip',
);
const tracker: TrackerPackages = {
  openssl: {
    'CVE-2024-0001': { status: 'resolved', fixed_version: '3.0.12-1', urgency: 'high' },
    'CVE-2024-0002': { status: 'resolved', fixed_version: '3.0.11-1', urgency: 'high' },
    'CVE-2024-0003': { status: 'open', urgency: 'low' },
  },
  zlib: { 'CVE-2024-0004': { status: 'open', urgency: 'not yet assigned' } },
};

function seedManifest(layers: readonly ServedBlob[]): { readonly hash: ManifestDigest; readonly body: string } {
  const hash = manifestDigest(layers);
  const wire = layers.map(({ digest, uri }) => ({ hash: digest, format: '', image_format: '', remote_path: { uri, headers: {} } }));
  return { hash, body: JSON.stringify({ hash, layers: wire }) };
}

function post(url: string, body: string): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' }, redirect: 'manual' });
}

/** Posts a manifest and polls its report to the end; gives it with the states that were seen. */
async function indexOver(
  url: string,
  layers: readonly ServedBlob[],
): Promise<{ readonly text: string; readonly report: SeedIndexReport; readonly states: readonly string[] }> {
  const { hash, body } = seedManifest(layers);
  const answer = await post(`${url}/index`, body);
  expect([answer.status, answer.headers.get('location')]).toEqual([301, `/index_report/${hash}`]);
  const states: string[] = [];
  for (;;) {
    const response = await fetch(`${url}/index_report/${hash}`);
    expect(response.status).toBe(200);
    const text = await response.text();
    const report = JSON.parse(text) as SeedIndexReport;
    if (states.at(-1) !== report.state) states.push(report.state);
    if (report.state === 'IndexError' || (report.state === 'IndexFinished' && report.success)) return { text, report, states };
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}

const namesOf = ({ packages }: SeedIndexReport): readonly string[] =>
  Object.values(packages)
    .map(({ name, version }) => `${name} ${version}`)
    .sort();

// The walk through claircore that an implementation of v0.0.7 must allow: twelve points, each on both stores.
describe.each(serviceStores)("the seed's walk on $name", ({ open }) => {
  let store: ServiceStore;
  let blobs: BlobServer;
  beforeEach(async () => {
    [store, blobs] = await Promise.all([open(), BlobServer.start()]);
  });
  afterEach(async () => {
    await blobs[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  const openIndexDaemon = async (): Promise<AsyncDisposable & { readonly url: string }> => {
    const daemon = await openLibindexDaemon({ dataStore: store.dataStore, allowedLayerHosts: [blobs.host], clock });
    const { url } = await daemon.listen({ host: '127.0.0.1', port: 0 });
    return { url, [Symbol.asyncDispose]: async () => await daemon[Symbol.asyncDispose]() };
  };
  const openLibrary = (ecosystems: readonly Ecosystem[] = defaultEcosystems): Promise<Libindex> =>
    openLibindex({ ...store.dataStore, ecosystems, fetcher: createLayerFetcher({ http: { allowedHosts: [blobs.host] } }) });
  const toManifest = (layers: readonly ServedBlob[]) => ({ digest: manifestDigest(layers), layers });

  it('1: starts on an empty database as often as one likes; each scanner is known once', async () => {
    const layer = blobs.add(bionicLayer);
    for (let start = 0; start < 3; start += 1) {
      await using daemon = await openIndexDaemon();
      await indexOver(daemon.url, [layer]);
    }
    await Promise.all(
      [1, 2].map(async () => {
        await using daemon = await openIndexDaemon();
        await indexOver(daemon.url, [layer, blobs.add(bionicUpgrade)]);
      }),
    );
    const rows = await store.askIndexer<{ name: string; version: number; kind: string }>('SELECT name, version, kind FROM scanner');
    const scanners = defaultEcosystems.flatMap((own) => [...own.packageScanners, ...own.distributionScanners, ...own.repositoryScanners]);
    expect(rows.map(({ name, version, kind }) => `${name}/${version}/${kind}`).sort()).toEqual(
      [...new Set(scanners.map(scannerKey))].sort(),
    );
  });

  it('2: indexes a layer of bionic; its states can be watched', async () => {
    const layer = blobs.add(bionicLayer);
    await using daemon = await openIndexDaemon();
    const held = blobs.hold(layer.path);
    const done = indexOver(daemon.url, [layer]);
    await held.arrived;
    await expect.poll(async () => (await fetchReport(daemon.url, [layer])).state).toBe('ScanLayers');
    held.release();
    const { report, states } = await done;
    const order = indexStates.filter((state) => state !== 'IndexManifest');
    expect(states.map((state) => order.indexOf(state as (typeof order)[number]))).toEqual(
      states.map((state) => order.indexOf(state as (typeof order)[number])).toSorted((a, b) => a - b),
    );
    expect(states.at(-1)).toBe('IndexFinished');
    expect(report).toMatchObject({ success: true, err: '' });
    expect(namesOf(report)).toEqual(bionicPackages.map(({ name, version }) => `${name} ${version}`).sort());
    expect(new Set(Object.values(report.package_introduced))).toEqual(new Set([layer.digest]));
    // every point release is the one distribution that advisories name (the seed matched none but its own)
    const [distribution, ...others] = Object.entries(report.distributions);
    expect(others).toEqual([]);
    expect(distribution?.[1]).toMatchObject({ did: 'ubuntu', version_id: '18.04', version: '18.04 (Bionic)' });
    expect(Object.keys(report.distribution_by_package)).toHaveLength(89);
    expect(new Set(Object.values(report.distribution_by_package).map(String))).toEqual(new Set([distribution?.[0]]));
  });

  it('3: answers a known manifest without a download, with the same bytes', async () => {
    const layer = blobs.add(bionicLayer);
    await using daemon = await openIndexDaemon();
    const first = await indexOver(daemon.url, [layer]);
    const again = await indexOver(daemon.url, [layer]);
    expect(again.text).toBe(first.text);
    expect(blobs.count(layer.path)).toBe(1);
  });

  it('4: downloads of a second manifest only what is new, and judges by the newer database', async () => {
    const [base, upgrade] = [blobs.add(bionicLayer), blobs.add(bionicUpgrade)];
    await using daemon = await openIndexDaemon();
    await indexOver(daemon.url, [base]);
    const { report } = await indexOver(daemon.url, [base, upgrade]);
    expect([blobs.count(base.path), blobs.count(upgrade.path)]).toEqual([1, 1]);
    const introduced = new Map(Object.entries(report.packages).map(([id, { name }]) => [name, report.package_introduced[id]]));
    expect(introduced.size).toBe(89);
    expect(introduced.has('package-00')).toBe(false);
    expect([introduced.get('package-01'), introduced.get('added'), introduced.get('package-02')]).toEqual([
      upgrade.digest,
      upgrade.digest,
      base.digest,
    ]);
  });

  it('5: two processes that index one manifest fetch each blob once', { timeout: 60_000 }, async () => {
    const layers = [blobs.add(bionicLayer), blobs.add(bionicUpgrade)];
    const args = ['--connection-string', store.connectionString, '--allow-layer-host', blobs.host];
    const held = blobs.hold(layers[0]?.path ?? '');
    await using one = await serveDaemon('libindex', args);
    await using two = await serveDaemon('libindex', args);
    const both = [indexOver(one.url, layers), indexOver(two.url, layers)];
    await held.arrived;
    held.release();
    const [first, second] = await Promise.all(both);
    expect(first?.report.success).toBe(true);
    expect(second?.text).toBe(first?.text);
    expect(layers.map(({ path }) => blobs.count(path))).toEqual([1, 1]);
  });

  it('6: a scanner of another version reads again, and it alone', async () => {
    const layer = blobs.add(bionicLayer);
    const before = recorded(defaultEcosystems);
    {
      await using libindex = await openLibrary(before.ecosystems);
      await libindex.index(toManifest([layer]));
    }
    expect(before.ran.length).toBeGreaterThan(3);
    const after = recorded(defaultEcosystems, 'dpkg');
    await using libindex = await openLibrary(after.ecosystems);
    const report = await libindex.index(toManifest([layer]));
    expect(after.ran).toEqual(['dpkg']);
    expect([report.state, report.packages.size]).toEqual(['IndexFinished', 89]);
  });

  it('7: a broken layer fails the index with its cause, the next attempt goes on, and nothing is left on disk', async () => {
    using scratch = scratchDirectory();
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = scratch.path;
    try {
      const [good, bad] = [blobs.add(bionicLayer), blobs.add(bionicUpgrade)];
      await using daemon = await openIndexDaemon();
      // Else the failure of the one would end the transfer of the other.
      await indexOver(daemon.url, [good]);
      const truncated = bionicUpgrade.subarray(0, bionicUpgrade.length - 40);
      const causes = [
        { break: () => blobs.always(bad.path, { kind: 'status', status: 404 }), says: /404|not there|does not have/i },
        { break: () => void blobs.add(truncated, { path: bad.path }), says: /./ },
        { break: () => void blobs.add(bionicLayer, { path: bad.path }), says: /digest/i },
      ];
      for (const cause of causes) {
        blobs.always(bad.path, undefined);
        cause.break();
        const { report } = await indexOver(daemon.url, [good, bad]);
        expect(report).toMatchObject({ state: 'IndexError', success: false, err: expect.stringMatching(cause.says) as string });
        expect(readdirSync(scratch.path)).toEqual([]);
      }
      blobs.always(bad.path, undefined);
      blobs.add(bionicUpgrade, { path: bad.path });
      const { hash, body } = seedManifest([good, bad]);
      await post(`${daemon.url}/index`, body);
      await expect.poll(async () => (await fetchHash(daemon.url, hash)).err || 'none', { timeout: 10_000 }).toBe('none');
      expect(blobs.count(good.path)).toBe(1);
      expect(readdirSync(scratch.path)).toEqual([]);
    } finally {
      if (before === undefined) Reflect.deleteProperty(process.env, 'TMPDIR');
      else process.env['TMPDIR'] = before;
    }
  });

  it('8: an unchanged feed stores nothing; of a changed one what stays keeps its id; a broken one leaves what was good', async () => {
    using scratch = scratchDirectory();
    await using index = await openLibrary();
    const indexed = await index.index(toManifest([blobs.add(bookwormLayer)]));
    writeFeed(scratch.path, trackerPath, trackerDocument(tracker));
    await using host = await serveFeeds(scratch.path);
    await using feeds = createFeedClient({ mirror: host.url });
    await using libvuln = await openLibvuln({ ...store.dataStore, feeds, clock, initialUpdate: 'none' });
    const update = async () => (await libvuln.update({ only: /^debian/ })).map(({ kind }) => kind);
    const ids = async (): Promise<ReadonlyMap<string, string>> =>
      new Map([...(await libvuln.scan(indexed)).vulnerabilities.values()].map(({ name, id }) => [name, id]));
    const cursor = async () => (await libvuln.status()).find(({ updater }) => updater.startsWith('debian'));

    expect(await update()).toEqual(['updated']);
    const [first, firstCursor] = [await ids(), await cursor()];
    expect([...first.keys()].sort()).toEqual(['CVE-2024-0001', 'CVE-2024-0003', 'CVE-2024-0004']);
    expect(await update()).toEqual(['unchanged']);
    expect(await libvuln.operations()).toHaveLength(1);

    const { openssl, ...others } = tracker;
    const { 'CVE-2024-0003': _, ...kept } = openssl ?? {};
    const changed = { ...others, openssl: { ...kept, 'CVE-2024-0005': { status: 'open', urgency: 'high' } } } as const;
    writeFeed(scratch.path, trackerPath, trackerDocument(changed));
    expect(await update()).toEqual(['updated']);
    const second = await ids();
    expect([...second.keys()].sort()).toEqual(['CVE-2024-0001', 'CVE-2024-0004', 'CVE-2024-0005']);
    expect(second.get('CVE-2024-0001')).toBe(first.get('CVE-2024-0001'));
    const [from, to] = (await libvuln.operations()).map(({ id }) => id);
    const diff = await libvuln.diff(from ?? 0, to ?? 0);
    expect([diff.added.map(({ name }) => name), diff.removed.map(({ name }) => name)]).toEqual([['CVE-2024-0005'], ['CVE-2024-0003']]);
    expect((await cursor())?.bodyDigest).not.toBe(firstCursor?.bodyDigest);

    writeFeed(scratch.path, trackerPath, '{"openssl": {"CVE-2024-0006": {');
    expect(await update()).toEqual(['failed']);
    expect(await ids()).toEqual(second);
    expect((await cursor())?.lastError).toBeDefined();
  });

  it('9: of two that update, one runs an updater and the other skips it', async () => {
    const { path } = blobs.add(new TextEncoder().encode(trackerDocument(tracker)), { path: `/${trackerPath}` });
    const held = blobs.hold(path);
    await using feeds = createFeedClient({ mirror: blobs.url });
    await using one = await openLibvuln({ ...store.dataStore, feeds, clock, initialUpdate: 'none' });
    await using two = await openLibvuln({ ...store.dataStore, feeds, clock, initialUpdate: 'none' });
    const kinds = async (libvuln: typeof one) => (await libvuln.update({ only: /^debian/ })).map(({ kind }) => kind);
    const first = kinds(one);
    await held.arrived;
    expect(await kinds(two)).toEqual(['busy']);
    held.release();
    expect(await first).toEqual(['updated']);
    expect(blobs.count(path)).toBe(1);
    expect(await one.operations()).toHaveLength(1);
  });

  it('10: tells what affects a report, and of an unknown distribution that nothing was checked', async () => {
    using scratch = scratchDirectory();
    writeFeed(scratch.path, trackerPath, trackerDocument(tracker));
    const unknown = new LayerBuilder()
      .file('etc/os-release', 'ID=plan9\nVERSION_ID=4\n')
      .file('var/lib/dpkg/status', dpkgStatus([{ name: 'openssl', version: '3.0.11-1' }]))
      .build();
    const layers = [blobs.add(bookwormLayer), blobs.add(unknown)] as const;
    await using indexer = await openIndexDaemon();
    const daemon = await openLibvulnDaemon({
      dataStore: store.dataStore,
      initialUpdate: 'wait',
      feedMirror: scratch.path,
      run: /^debian/,
      clock,
    });
    await using _ = daemon;
    const { url } = await daemon.listen({ host: '127.0.0.1', port: 0 });
    const scan = async (layer: ServedBlob): Promise<SeedVulnerabilityReport> => {
      const response = await post(`${url}/scan`, (await indexOver(indexer.url, [layer])).text);
      expect(response.status).toBe(200);
      return (await response.json()) as SeedVulnerabilityReport;
    };

    const { vulnerabilities, details } = await scan(layers[0]);
    const told = Object.entries(details).flatMap(([id, entries]) =>
      entries.map((entry) => [
        vulnerabilities[id]?.name,
        entry.affected_package.name,
        entry.introduced_in === layers[0].digest,
        entry.fixed_in_version,
      ]),
    );
    expect(told.sort()).toEqual([
      ['CVE-2024-0001', 'libssl3', true, '3.0.12-1'],
      ['CVE-2024-0003', 'libssl3', true, ''],
      ['CVE-2024-0004', 'zlib1g', true, ''],
    ]);
    expect(Object.entries(vulnerabilities).every(([id, { id: own }]) => Number(id) === own)).toBe(true);

    const nothing = await scan(layers[1]);
    expect([nothing.vulnerabilities, nothing.details, nothing.coverage.complete]).toEqual([{}, {}, false]);
  });

  it('11: says what is wrong with a request', async () => {
    await using indexer = await openIndexDaemon();
    await using daemon = await openLibvulnDaemon({ dataStore: store.dataStore, initialUpdate: 'none', offline: true, clock });
    const { url } = await daemon.listen({ host: '127.0.0.1', port: 0 });
    const said = async (answer: Promise<Response>): Promise<readonly [number, string]> => {
      const response = await answer;
      return [response.status, ((await response.json()) as { readonly code: string }).code];
    };
    expect(await said(fetch(`${indexer.url}/index`))).toEqual([405, 'method-not-allowed']);
    expect(await said(fetch(`${url}/scan`))).toEqual([405, 'method-not-allowed']);
    expect(await said(post(`${indexer.url}/index_report/${manifestDigest([])}`, '{}'))).toEqual([405, 'method-not-allowed']);
    expect(await said(post(`${indexer.url}/index`, '{"hash":'))).toEqual([400, 'bad-request']);
    expect(await said(post(`${url}/scan`, 'x'))).toEqual([400, 'bad-request']);
    expect(await said(fetch(`${indexer.url}/index_report/${manifestDigest([])}`))).toEqual([404, 'not-found']);
  });

  it('12: leaves nothing behind: its database is its own', async () => {
    await using other = await open();
    await using libindex = await openLibrary();
    const { digest } = toManifest([blobs.add(bionicLayer)]);
    await libindex.index(toManifest([blobs.add(bionicLayer)]));
    await using elsewhere = await openLibindex({ ...other.dataStore });
    expect(await elsewhere.indexReport(digest)).toBeUndefined();
  });
});

async function fetchHash(url: string, hash: string): Promise<SeedIndexReport> {
  return (await (await fetch(`${url}/index_report/${hash}`)).json()) as SeedIndexReport;
}

function fetchReport(url: string, layers: readonly ServedBlob[]): Promise<SeedIndexReport> {
  return fetchHash(url, manifestDigest(layers));
}

/** The same ecosystems, which tell who scanned; the scanner of that name has another version. */
function recorded(
  ecosystems: readonly Ecosystem[],
  changed?: string,
): { readonly ecosystems: readonly Ecosystem[]; readonly ran: string[] } {
  const ran: string[] = [];
  const wrapped = new Map<string, unknown>();
  const wrap = <
    S extends Ecosystem['packageScanners'][number] | Ecosystem['distributionScanners'][number] | Ecosystem['repositoryScanners'][number],
  >(
    scanner: S,
  ): S => {
    const key = scannerKey(scanner);
    const known = wrapped.get(key);
    if (known) return known as S;
    const made: S = {
      ...scanner,
      version: scanner.version + (scanner.name === changed ? 1 : 0),
      scan: (files, options) => {
        ran.push(scanner.name);
        return scanner.scan(files, options);
      },
    };
    wrapped.set(key, made);
    return made;
  };
  return {
    ran,
    ecosystems: ecosystems.map((own) => ({
      ...own,
      packageScanners: own.packageScanners.map(wrap),
      distributionScanners: own.distributionScanners.map(wrap),
      repositoryScanners: own.repositoryScanners.map(wrap),
    })),
  };
}
