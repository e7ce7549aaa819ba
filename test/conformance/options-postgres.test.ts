import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openIndexerStore, openLibindex, openLibvuln, openMatcherStore, type PostgresDataStore } from '../../src/defaults/index.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';

let database: FreshDatabase;
let data: PostgresDataStore;
beforeAll(async () => {
  database = await freshDatabase();
  data = { dataStore: 'postgres', connectionString: database.connectionString };
});
afterAll(async () => await database[Symbol.asyncDispose]());

async function connections(): Promise<number> {
  const sql = 'SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
  const [row] = await database.query<{ n: number }>(sql);
  return row?.n ?? 0;
}

describe('a data store in PostgreSQL', () => {
  it('keeps both in one database, and opens with the libraries', async () => {
    await using libindex = await openLibindex(data);
    await using libvuln = await openLibvuln({ ...data, initialUpdate: 'none' });
    expect(await libindex.indexReport(`sha256:${'0'.repeat(64)}` as never)).toBeUndefined();
    expect(await libvuln.status()).toEqual([]);
  });

  it('is neither made nor changed without migrations', async () => {
    await using untouched = await freshDatabase();
    const there: PostgresDataStore = { dataStore: 'postgres', connectionString: untouched.connectionString };
    for (const open of [openIndexerStore, openMatcherStore]) {
      await expect(open({ ...there, migrations: false })).rejects.toMatchObject({ code: 'STORE_OUTDATED' });
    }
    expect(await untouched.query("SELECT 1 FROM pg_namespace WHERE nspname LIKE 'claircore%'")).toEqual([]);
    for (const open of [openIndexerStore, openMatcherStore]) {
      await (await open(there))[Symbol.asyncDispose]();
      await (await open({ ...there, migrations: false }))[Symbol.asyncDispose]();
    }
  });

  it.each(['lease', 'postgres-advisory'] as const)('locks by %s between processes', async (scanLock) => {
    await using first = await openIndexerStore({ ...data, scanLock });
    await using second = await openIndexerStore({ ...data, scanLock, scanLockRetry: 20 });
    const lease = await first.locker.lock('manifest:x');
    const advisory = await database.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'");
    expect(advisory.length > 0).toBe(scanLock === 'postgres-advisory');
    expect(await second.locker.tryLock('manifest:x')).toBeUndefined();
    const waiting = second.locker.lock('manifest:x');
    await new Promise((resolve) => setTimeout(resolve, 200));
    await lease.release();
    const freed = performance.now();
    await (await waiting).release();
    // by itself a waiter for an advisory lock would try again after five seconds
    expect(performance.now() - freed).toBeLessThan(3000);
  });

  it('uses no more connections than it may', async () => {
    const most = async (maxConnections: number): Promise<number> => {
      await using store = await openMatcherStore({ ...data, maxConnections });
      const asked = Promise.all(Array.from({ length: 40 }, () => store.status()));
      const seen = await connections();
      await asked;
      return Math.max(seen, await connections());
    };
    // beside the pool one connection is kept apart for locks, and the one that tried whether the server answers may be on its way out
    expect(await most(1)).toBeLessThanOrEqual(3);
    expect(await most(12)).toBeGreaterThan(6);
  });
});
