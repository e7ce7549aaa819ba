import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ManifestDigest } from '../../src/core/index.ts';
import { openLibindex, openLibvuln } from '../../src/defaults/index.ts';
import { createLayerFetcher } from '../../src/image/index.ts';
import { manifestDigest } from '../../src/libindex/index.ts';
import { createFeedClient } from '../../src/runtime/index.ts';
import { createLibindexHttp } from '../../src/services/index.ts';
import { BlobServer, compress, LayerBuilder, type ServedBlob } from '../../src/testing/index.ts';
import { poolerKinds, startPooler } from '../support/pooler.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { startDaemon, type ServedDaemon } from '../support/serve.ts';
import { runScript } from '../support/run-script.ts';
import { scratchDirectory } from '../support/shared-data.ts';
import { debianRelease, dpkgStatus, packageJson, writeSmallMirror } from '../support/small-image.ts';

/** Rounds of each proof: one in every run, twenty in `npm run test:soak`. */
const rounds = Number(process.env['CLAIRCORE_SOAK'] ?? 1);
/** ms that the locks of a dead process hold: as long as a service's in a soak, else shorter, for this is all waiting. */
const lease = rounds > 1 ? 15_000 : 2_000;
/** Where a process dies: every state, and points between them. */
const points = ['CheckManifest', 'FetchLayers', 'ScanLayers', 'layer-progress', 'layer-done', 'Coalesce', 'IndexManifest', 'IndexFinished'];

interface Image {
  readonly digest: ManifestDigest;
  readonly layers: readonly ServedBlob[];
}

interface StoredReport {
  readonly state: string;
  readonly success: boolean;
}

/** A layer with a package database, and one with a package file, that no other image of that name has. */
function databaseLayer(name: string): Uint8Array {
  const status = dpkgStatus(Array.from({ length: 20 }, (_, index) => ({ name: `${name}-${index}`, version: `1.${index}-1` })));
  const filler = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 31 + name.length) % 251);
  const layer = new LayerBuilder()
    .file('etc/os-release', debianRelease)
    .file('var/lib/dpkg/status', status)
    .file(`usr/share/${name}`, filler);
  return compress(layer.build(), 'gzip');
}

function fileLayer(name: string): Uint8Array {
  return compress(new LayerBuilder().file(`srv/${name}/node_modules/${name}/package.json`, packageJson(name)).build(), 'gzip');
}

function toImage(layers: readonly ServedBlob[]): Image {
  return { digest: manifestDigest(layers), layers };
}

function submit(url: string, { digest, layers }: Image): Promise<Response> {
  const body = { hash: digest, layers: layers.map((layer) => ({ hash: layer.digest, uri: layer.uri, headers: {} })) };
  return fetch(`${url}/index`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
    redirect: 'manual',
  });
}

/** The finished report's text; another state is waited for. */
async function finished(url: string, { digest }: Image): Promise<string> {
  for (;;) {
    const response = await fetch(`${url}/index_report/${digest}`);
    const text = await response.text();
    const { state, success } = JSON.parse(text) as StoredReport;
    if (state === 'IndexFinished' && success) return text;
    if (state === 'IndexError') throw new Error(text.slice(0, 500));
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

/** What a single process says of the images, on a store of its own. */
async function undisturbed(blobs: BlobServer, images: readonly Image[]): Promise<readonly string[]> {
  using scratch = scratchDirectory();
  const fetcher = createLayerFetcher({ http: { allowedHosts: [blobs.host] } });
  const libindex = await openLibindex({ dataStore: 'sqlite', path: `${scratch.path}/x.db`, fetcher, resources: [fetcher] });
  await using daemon = createLibindexHttp({ libindex });
  const { url } = await daemon.listen({ host: '127.0.0.1', port: 0 });
  const reports: string[] = [];
  for (const image of images) {
    await submit(url, image);
    reports.push(await finished(url, image));
  }
  return reports;
}

/** What of the index results there is: facts of layers, manifests, and locks that still hold. */
async function counts(database: FreshDatabase): Promise<Readonly<Record<string, number>>> {
  const [row] = await database.query<Readonly<Record<string, string>>>(
    `SELECT (SELECT count(*) FROM claircore_indexer.artifact) AS artifacts, (SELECT count(*) FROM claircore_indexer.layer) AS layers,
       (SELECT count(*) FROM claircore_indexer.manifest) AS manifests, (SELECT count(*) FROM claircore_indexer.manifest_layer) AS links,
       (SELECT count(*) FROM claircore_indexer.manifest_package) AS packages, (SELECT count(*) FROM claircore_indexer.scanner) AS scanners,
       (SELECT count(*) FROM claircore_indexer.lease WHERE owner IS NOT NULL AND expires_at > clock_timestamp()) AS locks`,
  );
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, count]) => [name, Number(count)]));
}

const daemonOn = (connectionString: string, blobs: BlobServer, point = ''): Promise<ServedDaemon> =>
  startDaemon('test/support/dying-daemon.ts', [connectionString, blobs.host, String(lease), point]);

const isFull = process.env['CLAIRCORE_FULL'] !== undefined || rounds > 1;
const ways = [
  { way: 'directly', through: undefined },
  // pgbouncer where it is installed; the stand-in beside it only in full runs
  ...poolerKinds.slice(0, isFull ? 2 : 1).map((kind) => ({ way: `through a transaction pooler (${kind})`, through: kind })),
];

// Two daemons on one PostgreSQL database.
describe.each(ways)('two daemons that reach one database $way', ({ through }) => {
  let database: FreshDatabase;
  let blobs: BlobServer;
  let pooler: (AsyncDisposable & { readonly connectionString: string }) | undefined;
  let connectionString = '';
  beforeAll(async () => {
    [database, blobs] = await Promise.all([freshDatabase(), BlobServer.start()]);
    pooler = through && (await startPooler(database.connectionString, through));
    ({ connectionString } = pooler ?? database);
  });
  afterAll(async () => {
    await pooler?.[Symbol.asyncDispose]();
    await blobs[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  it('fetch each blob once for fifty requests, and give one report', { timeout: 60_000 * rounds }, async () => {
    await using one = await daemonOn(connectionString, blobs);
    await using two = await daemonOn(connectionString, blobs);
    for (let round = 0; round < rounds; round += 1) {
      const shared = [0, 1, 2].map((index) => blobs.add(databaseLayer(`fifty-${round}-${index}`)));
      const images = [0, 1, 2, 3, 4].map((index) =>
        toImage([...shared.slice(0, 1 + (index % 3)), blobs.add(fileLayer(`own-${round}-${index}`))]),
      );
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          submit([one.url, two.url][index % 2] ?? '', images[Math.floor(index / 10)] ?? images[0] ?? toImage([])),
        ),
      );
      const refusals = await Promise.all(answers.filter(({ status }) => status !== 301).map((answer) => answer.text()));
      const log = refusals.length > 0 ? [...one.log, ...two.log] : [];
      expect({ refusals, log }).toEqual({ refusals: [], log: [] });
      const reports = await Promise.all(images.map((image) => Promise.all([finished(one.url, image), finished(two.url, image)])));
      const all = [...shared, ...images.map(({ layers }) => layers.at(-1))];
      expect(all.map((blob) => blobs.count(blob?.path ?? ''))).toEqual(all.map(() => 1));
      const alone = await undisturbed(blobs, images);
      expect(reports).toEqual(alone.map((report) => [report, report]));
    }
  });

  // Through a pooler only in full runs: what is long here is that eight processes start.
  it.skipIf(through !== undefined && !isFull)(
    'one of which is killed in any state: the other completes, nothing is twice, no lock is left',
    { timeout: 90_000 * rounds },
    async () => {
      for (let round = 0; round < rounds; round += 1) {
        const images = points.map((point) =>
          toImage([blobs.add(databaseLayer(`${point}-${round}`)), blobs.add(fileLayer(`${point}-${round}`))]),
        );
        const before = await counts(database);
        await using survivor = await daemonOn(connectionString, blobs);
        const reports = await Promise.all(
          images.map(async (image, index) => {
            const point = points[index] ?? '';
            await using dying = await daemonOn(connectionString, blobs, point);
            // It may die before it answers.
            await submit(dying.url, image).catch(() => undefined);
            expect([point, await dying.ended]).toEqual([point, 'SIGKILL']);
            const killed = performance.now();
            expect((await submit(survivor.url, image)).status).toBe(301);
            const report = await finished(survivor.url, image);
            const seconds = (performance.now() - killed) / 1000;
            expect([point, seconds < 20, seconds]).toEqual([point, true, seconds]);
            return report;
          }),
        );
        // A lock is given back once the report is stored, which is seen before.
        await expect.poll(async () => (await counts(database))['locks'], { timeout: 20_000 }).toBe(0);
        const after = await counts(database);
        expect(reports).toEqual(await undisturbed(blobs, images));
        const scanners = after['scanners'] ?? 0;
        expect(after).toEqual({
          layers: (before['layers'] ?? 0) + 2 * points.length,
          // each layer read by each scanner once, and a report for each image
          artifacts: (before['artifacts'] ?? 0) + 2 * points.length * scanners,
          manifests: (before['manifests'] ?? 0) + points.length,
          links: (before['links'] ?? 0) + 2 * points.length,
          packages: (before['packages'] ?? 0) + 21 * points.length,
          scanners,
          locks: 0,
        });
        expect(await survivor.end('SIGTERM')).toBe(0);
        expect((await counts(database))['locks']).toBe(0);
      }
    },
  );

  it('one of which is killed while it loads a feed: the other completes, in one operation', { timeout: 90_000 * rounds }, async () => {
    using scratch = scratchDirectory();
    const mirror = writeSmallMirror(scratch.path);
    for (let round = 0; round < rounds; round += 1) {
      await database.query('DROP SCHEMA IF EXISTS claircore_matcher CASCADE');
      await using feeds = createFeedClient({ mirror });
      for (const point of ['discovered', 'started', 'progress']) {
        const { end, stderr } = await runScript('test/support/dying-update.ts', [connectionString, mirror, point, String(lease)]);
        expect([point, end, stderr]).toEqual([point, 'SIGKILL', '']);
      }
      const killed = performance.now();
      await using libvuln = await openLibvuln({ dataStore: 'postgres', connectionString, feeds, initialUpdate: 'none' });
      const kinds = async (): Promise<readonly string[]> => (await libvuln.update({ only: /^debian-/ })).map(({ kind }) => kind);
      expect(await libvuln.operations()).toEqual([]);
      await expect.poll(kinds, { timeout: 30_000, interval: 100 }).toEqual(['updated']);
      expect((performance.now() - killed) / 1000).toBeLessThan(20);
      expect(await libvuln.operations()).toHaveLength(1);
      // Those of number 0 are always there.
      const tables = await database.query<{ name: string }>(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'claircore_matcher' AND tablename LIKE 'stage%' AND tablename NOT LIKE 'stage\\_0\\_%'",
      );
      expect(tables).toEqual([]);
      expect(await database.query('SELECT count(*)::int AS advisories FROM claircore_matcher.advisory')).toEqual([{ advisories: 8 }]);
    }
  });
});
