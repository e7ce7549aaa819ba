import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../../../test/support/postgres.ts';
import type { IndexerStore } from '../../contracts/index.ts';
import { manifestDigest } from '../../testing/store-fixtures.ts';
import { fnv1a64 } from './advisory-locker.ts';
import { openPostgresIndexerStore } from './index.ts';
import type { PostgresStoreOptions } from './store-options.ts';

const script = fileURLToPath(new URL('../../testing/store-process.ts', import.meta.url));
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
const manifest = { digest: manifestDigest('locked'), layers: [] };

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh[Symbol.asyncDispose]());

const open = (more: Partial<PostgresStoreOptions> = {}): Promise<IndexerStore> =>
  openPostgresIndexerStore({ connectionString: fresh.connectionString, lockRetry: 30, ...more });

function run(task: string, argument: string, lease: number) {
  const child = spawn(process.execPath, [script, task, fresh.connectionString, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, CLAIRCORE_TEST_LEASE: String(lease) },
  });
  return { child, firstLine: once(createInterface({ input: child.stdout }), 'line'), ended: once(child, 'close') };
}

describe('a lease', () => {
  const lease = 600;

  it('outlives its length while its holder lives, even when all connections of the pool are at work', async () => {
    await using store = await open({ lease, maxConnections: 1 });
    await using other = await open();
    await using held = await store.locker.lock('layer:long');
    const others = fresh.query(`BEGIN; LOCK TABLE claircore_indexer.manifest IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(1.5); COMMIT`);
    await pause(100);
    const writing = store.putManifest(manifest, held);
    await pause(2 * lease);
    expect(await other.locker.tryLock('layer:long')).toBeUndefined();
    await Promise.all([others, writing]);
    expect(held.signal.aborted).toBe(false);
  });

  it('of a killed holder is free when it is over, and not before', async () => {
    const holder = run('hold', 'layer:killed', 1500);
    await holder.firstLine;
    await using store = await open({ lease: 1500 });
    holder.child.kill('SIGKILL');
    await holder.ended;
    const killed = performance.now();
    expect(await store.locker.tryLock('layer:killed')).toBeUndefined();
    const taken = await store.locker.lock('layer:killed');
    const waited = performance.now() - killed;
    expect(taken.fence).toBe(2);
    expect(waited).toBeGreaterThan(700);
    expect(waited).toBeLessThan(2500);
  });

  it('of a holder that was stopped goes to the next, and when it goes on it cannot write and is told', async () => {
    await using store = await open({ lease: 60_000 });
    await using other = await open({ lease });
    const held = await store.locker.lock('layer:paused');
    // As if the process had stood still: its lease ran out, and it does not know.
    await fresh.query(`UPDATE claircore_indexer.lease SET expires_at = clock_timestamp() WHERE key = 'layer:paused'`);
    await using next = await other.locker.lock('layer:paused');
    expect(next.fence).toBe(held.fence + 1);
    await expect(store.putManifest(manifest, held)).rejects.toMatchObject({ code: 'LOCK_LOST' });
    await held.release();
    expect(await store.locker.tryLock('layer:paused')).toBeUndefined();
    await other.putManifest(manifest, next);
  });

  it('fires its signal when somebody else took the lock', async () => {
    await using store = await open({ lease: 300 });
    const held = await store.locker.lock('layer:taken');
    await fresh.query(`UPDATE claircore_indexer.lease SET fence = fence + 1, owner = 'another' WHERE key = 'layer:taken'`);
    await pause(300);
    expect(held.signal.aborted).toBe(true);
    expect(held.signal.reason).toMatchObject({ code: 'LOCK_LOST' });
  });

  it("that was checked in a transaction is nobody else's until that ends", async () => {
    // Not renewed while this runs.
    await using store = await open({ lease: 600_000 });
    await using held = await store.locker.lock('layer:checked');
    await using other = await open();
    const blocker = new Client(fresh.connectionString);
    await blocker.connect();
    const waiting = async (): Promise<number | undefined> => {
      const text = `SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return (await fresh.query<{ waiting: number }>(text))[0]?.waiting;
    };
    try {
      await blocker.query('BEGIN; LOCK TABLE claircore_indexer.manifest IN ACCESS EXCLUSIVE MODE');
      const writing = store.putManifest(manifest, held);
      await expect.poll(waiting, { timeout: 10_000 }).toBe(1);
      // Its lease is over, but what it writes was begun in time.
      await fresh.query(`UPDATE claircore_indexer.lease SET expires_at = '-infinity' WHERE key = 'layer:checked'`);
      const taking = other.locker.tryLock('layer:checked').then(() => fresh.query('SELECT digest FROM claircore_indexer.manifest'));
      await expect.poll(waiting, { timeout: 10_000 }).toBe(2);
      await blocker.query('COMMIT');
      await writing;
      expect(await taking).toEqual([{ digest: manifest.digest }]);
    } finally {
      await blocker.end();
    }
  });

  it('does not keep a process that has nothing else to do', async () => {
    const idle = run('idle', 'layer:idle', 15_000);
    expect((await idle.ended)[0]).toBe(0);
  });

  it('is released when the store is closed', async () => {
    const first = await open();
    await first.locker.lock('layer:closed');
    await first[Symbol.asyncDispose]();
    await using second = await open();
    expect(await second.locker.tryLock('layer:closed')).toBeDefined();
  });
});

describe('an advisory lock', () => {
  const scanLock = 'postgres-advisory';

  it('has the number that FNV-1a gives its key', () => {
    // Test vectors of the FNV authors: the empty text, "a" and "foobar".
    const vectors = [
      ['', 0xcbf29ce484222325n],
      ['a', 0xaf63dc4c8601ec8cn],
      ['foobar', 0x85944171f73967e8n],
    ] as const;
    for (const [text, hash] of vectors) expect(BigInt.asUintN(64, fnv1a64(text))).toBe(hash);
  });

  it('is in the database as such, on a connection outside the pool', async () => {
    await using store = await open({ scanLock, maxConnections: 1 });
    await using _one = await store.locker.lock('layer:one');
    await using _two = await store.locker.lock('layer:two');
    const locks = await fresh.query<{ key: string }>(
      `SELECT ((classid::bigint << 32) | objid::bigint)::text AS key FROM pg_locks
       WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    expect(locks.map(({ key }) => key).sort()).toEqual(['layer:one', 'layer:two'].map((key) => fnv1a64(key).toString()).sort());
    expect(await store.indexReport(manifest.digest)).toBeUndefined();
  });

  it('is free as soon as its connection breaks; its holder is told, and cannot write', async () => {
    await using store = await open({ scanLock });
    await using other = await open({ scanLock });
    const held = await store.locker.lock('layer:broken');
    await fresh.query(`SELECT pg_terminate_backend(l.pid) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database
      WHERE l.locktype = 'advisory' AND d.datname = current_database()`);
    const next = await other.locker.lock('layer:broken');
    await pause(50);
    expect(held.signal.aborted).toBe(true);
    expect(next.fence).toBeGreaterThan(held.fence);
    await expect(store.putManifest(manifest, held)).rejects.toMatchObject({ code: 'LOCK_LOST' });
    await held.release();
    await other.putManifest(manifest, next);
    expect(await store.locker.tryLock('layer:broken')).toBeUndefined();
  });

  it('outlives the length of a lease while its holder lives', async () => {
    await using store = await open({ scanLock, lease: 300 });
    await using held = await store.locker.lock('layer:kept');
    await pause(900);
    expect(held.signal.aborted).toBe(false);
    await store.putManifest(manifest, held);
  });
});
