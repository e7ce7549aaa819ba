import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generationPackages, generationQueries } from '../../testing/store-process.ts';
import { openSqliteMatcherStore } from '../index.ts';
import { openMatcherStoreInWorkers } from './workers/index.ts';

const script = fileURLToPath(new URL('../../testing/store-process.ts', import.meta.url));

let directory: string;
let path: string;
let children: ChildProcess[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'claircore-processes-'));
  path = join(directory, 'claircore.db');
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  readonly firstLine: Promise<unknown>;
  /** The exit code, and what was complained of. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

interface RunOptions {
  readonly lease?: number;
  readonly threads?: 'main' | 'workers';
}

function run(task: string, argument = '', { lease = 15_000, threads = 'main' }: RunOptions = {}): Running {
  const child = spawn(process.execPath, [script, task, path, argument], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CLAIRCORE_TEST_LEASE: String(lease), CLAIRCORE_TEST_THREADS: threads },
  });
  children.push(child);
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
  return { child, lines, firstLine: Promise.race([once(reader, 'line'), ended]), ended };
}

const both = ['main', 'workers'] as const;

describe('several processes', () => {
  it('open a new file at once, and all succeed', async () => {
    const running = (['main', 'workers', 'main', 'workers'] as const).map((threads) => run('open', '', { threads }));
    for (const process of running) expect(await process.ended).toEqual({ code: 0, stderr: '' });
    expect(running.flatMap(({ lines }) => lines)).toEqual(['0', '0', '0', '0']);
  });

  it('are never inside a lock together, and fences grow', async () => {
    const running = [run('visit', 'layer:a'), run('visit', 'layer:a', { threads: 'workers' })];
    for (const process of running) expect(await process.ended).toEqual({ code: 0, stderr: '' });
    const visits = running
      .flatMap(({ lines }) => lines.map((line) => JSON.parse(line) as [number, number, number]))
      .sort((a, b) => a[1] - b[1]);
    expect(visits.map(([fence]) => fence)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    for (const [index, [, entered]] of visits.entries()) expect(entered).toBeGreaterThanOrEqual(visits[index - 1]?.[2] ?? 0);
  });

  it.each(both)('get the lock of a killed holder when its lease is over, and not before (%s)', async (threads) => {
    const lease = 1500;
    const holder = run('hold', 'layer:a', { lease, threads });
    await holder.firstLine;
    await using store = await openSqliteMatcherStore(path, { lease });
    holder.child.kill('SIGKILL');
    await holder.ended;
    const killed = performance.now();
    expect(await store.locker.tryLock('layer:a')).toBeUndefined();
    const taken = await store.locker.lock('layer:a');
    const waited = performance.now() - killed;
    expect(taken.fence).toBe(2);
    // Renewed at a third: what is left of a lease is between two thirds and the whole; then the waiter's pause.
    expect(waited).toBeGreaterThan(lease / 2);
    expect(waited).toBeLessThan(lease + 1000);
  });

  it.each(both)('end although they hold a lock, when they have nothing to do (%s)', async (threads) => {
    const idle = run('idle', 'layer:a', { threads });
    expect(await idle.ended).toEqual({ code: 0, stderr: '' });
    expect(idle.lines).toEqual(['idle']);
  });

  it.each(both)('read one whole set or the next while another process writes (%s)', async (threads) => {
    await using store = threads === 'main' ? await openSqliteMatcherStore(path) : await openMatcherStoreInWorkers(path);
    const writer = run('write', '20', { threads });
    const seen = new Set<string>();
    const end = new AbortController();
    void writer.ended.finally(() => end.abort());
    while (!end.signal.aborted) {
      const rows = await store.find(generationQueries());
      const generations = new Set(rows.map((row) => row.severity));
      expect(generations.size).toBeLessThanOrEqual(1);
      expect([0, generationPackages]).toContain(rows.length);
      for (const generation of generations) seen.add(generation);
      await new Promise((resolve) => void setImmediate(resolve));
    }
    expect(await writer.ended).toEqual({ code: 0, stderr: '' });
    expect((await store.find(generationQueries()))[0]?.severity).toBe('generation 20');
    expect(seen.size).toBeGreaterThan(1);
  });
});

describe('a store whose file another process keeps locked', () => {
  it('reads on, waits with its writes, and gives up with a coded error', async () => {
    await using store = await openSqliteMatcherStore(path, { patience: 400 });
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    expect(await store.status()).toEqual([]);
    const began = performance.now();
    await expect(store.recordUnchanged('debian', '')).rejects.toMatchObject({ name: 'StoreError', code: 'STORE_BUSY', data: { path } });
    expect(performance.now() - began).toBeGreaterThanOrEqual(400);
    const waiting = store.recordUnchanged('debian', '2024-01-01T00:00:00Z');
    setTimeout(() => other.exec('COMMIT'), 150);
    await waiting;
    expect(await store.status()).toHaveLength(1);
    other.close();
  });
});

describe('a lease', () => {
  const lease = 300;
  const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

  it('outlives its length while its holder lives', async () => {
    await using store = await openSqliteMatcherStore(path, { lease });
    await using held = await store.locker.lock('layer:a');
    await pause(3 * lease);
    expect(held.signal.aborted).toBe(false);
    expect(await store.locker.tryLock('layer:a')).toBeUndefined();
  });

  it('fires its signal when somebody else took the lock, and its proof is void', async () => {
    await using store = await openSqliteMatcherStore(path, { lease });
    const held = await store.locker.lock('updater:debian');
    const session = await store.beginUpdate('debian', held);
    // As if this process had stood still for longer than its lease.
    const other = new DatabaseSync(path);
    other.exec(`UPDATE lease SET owner = 'somebody else', fence = fence + 1, expires_at = unixepoch('subsec') + 60`);
    other.close();
    await expect(session.commit({ fingerprint: '', updaterVersion: 1, bodyDigest: 'sha256:', at: '' })).rejects.toMatchObject({
      code: 'LOCK_LOST',
    });
    await session[Symbol.asyncDispose]();
    await pause(lease);
    expect(held.signal.aborted).toBe(true);
    expect(held.signal.reason).toMatchObject({ code: 'LOCK_LOST' });
    await held.release();
    expect(await store.locker.tryLock('updater:debian')).toBeUndefined();
  });

  it('still holds when it ran out and nobody took it', async () => {
    await using store = await openSqliteMatcherStore(path, { lease });
    await using held = await store.locker.lock('updater:debian');
    const other = new DatabaseSync(path);
    other.exec('UPDATE lease SET expires_at = 0');
    other.close();
    await using session = await store.beginUpdate('debian', held);
    await session.commit({ fingerprint: '', updaterVersion: 1, bodyDigest: 'sha256:', at: '' });
    await pause(lease / 2);
    expect(held.signal.aborted).toBe(false);
    expect(await store.locker.tryLock('updater:debian')).toBeUndefined();
  });

  it('fires its signal when the database cannot be asked for its whole length', async () => {
    await using store = await openSqliteMatcherStore(path, { lease });
    const held = await store.locker.lock('layer:a');
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await pause(2 * lease);
    expect(held.signal.aborted).toBe(true);
    other.exec('ROLLBACK');
    other.close();
  });

  it('is released when the store is closed', async () => {
    const first = await openSqliteMatcherStore(path);
    await first.locker.lock('layer:a');
    await first[Symbol.asyncDispose]();
    await using second = await openSqliteMatcherStore(path);
    expect(await second.locker.tryLock('layer:a')).toBeDefined();
  });
});
