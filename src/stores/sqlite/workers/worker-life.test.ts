import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleWorker } from '../../../../test/support/bundled-worker.ts';
import type { LayerResult, MatcherStore, PreparedAdvisory, ScannerIdentity, UpdateSession } from '../../../contracts/index.ts';
import { StoreError, type Layer } from '../../../core/index.ts';
import {
  layerArtifact,
  layerDigest,
  layerResult,
  manifestDigest,
  preparedAdvisory,
  preparedRow,
  runUpdate,
  scannerIdentity,
} from '../../../testing/store-fixtures.ts';
import { openIndexerStoreInWorkers, openMatcherStoreInWorkers } from './index.ts';

const bundles = mkdtempSync(join(tmpdir(), 'claircore-worker-bundle-'));
let entry: URL;
/** As `entry`, but it ends when it is asked to record a failure, and fills its heap when it is asked to record that nothing changed. */
let mortal: URL;
beforeAll(async () => {
  entry = await bundleWorker(bundles);
  const file = join(bundles, 'mortal-worker.cjs');
  writeFileSync(
    file,
    `require('node:worker_threads').parentPort.on('message', ({ name }) => {
       if (name === 'recordFailure') process.exit(1);
       if (name === 'recordUnchanged') for (let kept = {}; ; ) kept = { kept };
     });
     require('./store-worker.cjs');`,
  );
  mortal = pathToFileURL(file);
});
afterAll(() => rmSync(bundles, { recursive: true, force: true }));

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'claircore-worker-life-'));
  path = join(directory, 'claircore.db');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const commit = { fingerprint: '', updaterVersion: 1, bodyDigest: 'sha256:', at: '' };
const failure = { code: 'FEED_STATUS', message: '' } as const;

function feed(advisories: number): readonly PreparedAdvisory[] {
  return Array.from({ length: advisories }, (_, index) =>
    preparedAdvisory(
      `CVE-${index}`,
      ['a', 'b', 'c', 'd'].map((name) => preparedRow(`${name}-${index}`)),
    ),
  );
}

async function stagedUpdate(store: MatcherStore, batch: readonly PreparedAdvisory[]): Promise<UpdateSession> {
  const session = await store.beginUpdate('debian', await store.locker.lock('updater:debian'));
  await session.stage(batch);
  return session;
}

/** Locks in the file that were not released, with the seconds that are left of their leases. */
function locked(): readonly { key: string; left: number }[] {
  using database = new DatabaseSync(path, { readOnly: true });
  const sql = `SELECT key, expires_at - unixepoch('subsec') AS left FROM lease WHERE owner IS NOT NULL ORDER BY key`;
  return database.prepare(sql).all() as { key: string; left: number }[];
}

describe('a store in workers', () => {
  it('answers while it commits a large update', async () => {
    await using store = await openMatcherStoreInWorkers(path, { entry });
    await using session = await stagedUpdate(store, feed(6000));
    const end = new AbortController();
    const committing = session.commit(commit).finally(() => end.abort());
    let answers = 0;
    for (; !end.signal.aborted; answers += 1) {
      const [status] = await store.status();
      expect([0, 24_000]).toContain(status?.rows ?? 0);
    }
    expect((await committing).rows).toEqual({ before: 0, after: 24_000 });
    // On one thread the first answer comes with the commit's.
    expect(answers).toBeGreaterThan(3);
    expect((await store.status())[0]?.rows).toBe(24_000);
  });

  it('keeps its locks while the thread that uses it stands still', async () => {
    const lease = 1500;
    await using store = await openMatcherStoreInWorkers(path, { entry, lease });
    await using held = await store.locker.lock('layer:a');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1.5 * lease);
    expect(locked()).toEqual([{ key: 'layer:a', left: expect.any(Number) as number }]);
    expect(locked()[0]?.left).toBeGreaterThan(0);
    expect(held.signal.aborted).toBe(false);
  });

  it('fires the signal of a lock that somebody else took', async () => {
    const lease = 300;
    await using store = await openMatcherStoreInWorkers(path, { entry, lease });
    const held = await store.locker.lock('layer:a');
    using other = new DatabaseSync(path);
    other.exec(`UPDATE lease SET owner = 'somebody else', fence = fence + 1, expires_at = unixepoch('subsec') + 60`);
    await new Promise((resolve) => held.signal.addEventListener('abort', resolve, { once: true }));
    expect(held.signal.reason).toMatchObject({ name: 'StoreError', code: 'LOCK_LOST', data: { key: 'layer:a', fence: 1 } });
    await held.release();
    expect(locked()).toHaveLength(1);
  });

  it('takes layers and scanners that are more than their names', async () => {
    await using store = await openIndexerStoreInWorkers(path, { entry });
    const scanner: ScannerIdentity = Object.assign(scannerIdentity('dpkg'), { wants: () => 'no', scan: () => ({}) });
    const digest = layerDigest('a');
    const layer: Layer = { digest, content: { kind: 'blob', open: () => Promise.reject(new Error('not to be read')) } };
    await using lease = await store.locker.lock('manifest:a');
    await store.putManifest({ digest: manifestDigest('a'), layers: [layer] }, lease);
    const map = new Uint8Array(300_000).fill(7);
    const result: LayerResult = layerResult(layer, [layerArtifact(scanner, 'var/lib/dpkg/status', ['bash 5.2'])], { map });
    await store.putLayer(result, Object.assign({ signal: lease.signal }, { key: lease.key, fence: lease.fence }));
    expect(map).toHaveLength(300_000);
    expect((await store.layerWalk(layer))?.map).toEqual(map);
    expect(await store.missingScanners(layer, [scanner, scannerIdentity('apk')])).toEqual([scannerIdentity('apk')]);
    expect(await store.layerArtifacts(layer, [scanner])).toMatchObject([{ scanner: scannerIdentity('dpkg') }]);
  });

  it('refuses what cannot be sent, and goes on', async () => {
    await using store = await openMatcherStoreInWorkers(path, { entry });
    await using session = await stagedUpdate(store, []);
    const odd = Object.assign(preparedAdvisory('CVE-1', []), { fetch: () => undefined });
    await session.stage([odd]);
    await expect(session.commit(commit)).rejects.toMatchObject({ name: 'UsageError', code: 'USAGE_PLUGIN', data: { call: 'stage' } });
    expect(await store.status()).toEqual([]);
  });

  it('commits nothing of an update of which a batch could not be staged', async () => {
    await using store = await openMatcherStoreInWorkers(path, { entry });
    await using session = await stagedUpdate(store, feed(2));
    const good = preparedAdvisory('CVE-bad', []);
    // As from an updater of somebody's own that is not typed.
    await session.stage([Object.assign(good, { rows: undefined })]);
    await expect(session.commit(commit)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await store.status()).toEqual([]);
    expect(await store.operations()).toEqual([]);
  });

  it('tells what is wrong with the file when it is opened', async () => {
    writeFileSync(path, 'no database '.repeat(1000));
    await expect(openMatcherStoreInWorkers(path, { entry })).rejects.toMatchObject({
      name: 'StoreError',
      code: 'STORE_NOT_OURS',
      data: { path },
    });
    await expect(openMatcherStoreInWorkers(join(path, 'below'), { entry })).rejects.toMatchObject({ code: 'STORE_OPEN' });
    await expect(openMatcherStoreInWorkers(join(directory, 'none'), { entry, migrations: false })).rejects.toMatchObject({
      code: 'STORE_OUTDATED',
    });
  });
});

describe('a worker that ends', () => {
  it('fails what it was asked, loses its locks and its updates, and is followed by another', async () => {
    await using store = await openMatcherStoreInWorkers(path, { entry: mortal });
    await runUpdate(store, 'before', feed(1));
    const held = await store.locker.lock('updater:held');
    const session = await stagedUpdate(store, feed(1));
    const asked = [store.recordFailure('debian', '', failure), store.collectGarbage(1), session.stage(feed(1)), session.stage(feed(1))];
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as StoreError).code : 'fulfilled'))).toEqual([
      'STORE_WORKER',
      'STORE_WORKER',
      // A batch is on its way when the next one is made: the one that follows tells.
      'fulfilled',
      'STORE_WORKER',
    ]);
    expect(held.signal.aborted).toBe(true);
    expect(held.signal.reason).toMatchObject({ code: 'LOCK_LOST' });
    await expect(session.commit(commit)).rejects.toMatchObject({ name: 'StoreError', code: 'STORE_WORKER', data: { path } });
    await session[Symbol.asyncDispose]();
    await held.release();
    // The next one gave back what the first had locked: long before the leases end.
    await runUpdate(store, 'debian', feed(2));
    expect((await store.locker.tryLock('updater:held'))?.fence).toBe(2);
    expect((await store.status()).map(({ updater, advisories }) => [updater, advisories])).toEqual([
      ['before', 1],
      ['debian', 2],
    ]);
  });

  it('is a coded error when it was out of memory', async () => {
    await using store = await openMatcherStoreInWorkers(path, { entry: mortal, heap: 24 });
    const error = await store.recordUnchanged('debian', '').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ code: 'STORE_WORKER', data: { path }, cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' } });
    await runUpdate(store, 'debian', feed(2));
    expect(await store.status()).toHaveLength(1);
  });

  it('leaves no lock when the store is closed at once', async () => {
    const store = await openMatcherStoreInWorkers(path, { entry: mortal });
    await store.locker.lock('layer:a');
    await expect(store.recordFailure('debian', '', failure)).rejects.toMatchObject({ code: 'STORE_WORKER' });
    await store[Symbol.asyncDispose]();
    expect(locked()).toEqual([]);
  });
});

describe('closing', () => {
  it('settles everything that was asked, and leaves no lock', async () => {
    const store = await openMatcherStoreInWorkers(path, { entry });
    const session = await stagedUpdate(store, feed(500));
    const asked = [
      session.commit(commit),
      ...Array.from({ length: 20 }, () => store.status()),
      store.locker.tryLock('layer:a'),
      store.recordFailure('debian', '', failure),
    ];
    const [outcomes] = await Promise.all([Promise.allSettled(asked), store[Symbol.asyncDispose]()]);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as StoreError] : []));
    expect(refused.map(({ code }) => code)).toEqual([]);
    expect(locked()).toEqual([]);
    await expect(store.status()).rejects.toMatchObject({ name: 'UsageError', code: 'USAGE_CLOSED' });
    await expect(store.locker.lock('layer:a')).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
    await session[Symbol.asyncDispose]();
  });

  it('ends what waits for a file that another process keeps locked', async () => {
    const store = await openMatcherStoreInWorkers(path, { entry });
    using other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const waiting = store.recordUnchanged('debian', '');
    const [outcome] = await Promise.all([waiting.catch((error: unknown) => error), store[Symbol.asyncDispose]()]);
    expect(outcome).toMatchObject({ code: 'USAGE_CLOSED' });
  });
});
