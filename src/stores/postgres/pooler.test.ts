import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { poolerKinds, startPooler, type Pooler } from '../../../test/support/pooler.ts';
import { emptyDatabase, freshDatabase, type FreshDatabase } from '../../../test/support/postgres.ts';
import { indexerStoreSuite } from '../../testing/indexer-store-suite.ts';
import { manifestDigest } from '../../testing/store-fixtures.ts';
import { openPostgresIndexerStore } from './index.ts';
import { openPostgresDatabase } from './open-database.ts';

describe.each(poolerKinds)('through %s', (kind) => {
  let fresh: FreshDatabase;
  let pooler: Pooler;
  beforeAll(async () => {
    fresh = await freshDatabase();
    pooler = await startPooler(fresh.connectionString, kind);
  });
  afterAll(async () => {
    await pooler[Symbol.asyncDispose]();
    await fresh[Symbol.asyncDispose]();
  });

  it('transactions of one client have several connections of the server', async () => {
    await using database = await openPostgresDatabase(
      { connectionString: pooler.connectionString, maxConnections: 3 },
      { name: 'a', migrations: [] },
    );
    const pid = () => database.read(async (sql) => (await sql.get<{ pid: number }>('SELECT pg_backend_pid() AS pid, pg_sleep(0.05)'))?.pid);
    const seen = new Set<number | undefined>();
    for (let round = 0; round < 5; round += 1) for (const answer of await Promise.all([pid(), pid(), pid()])) seen.add(answer);
    expect(seen.size).toBeGreaterThan(1);
  });

  it('locks go from one to the other, and their proofs hold', async () => {
    const open = () => openPostgresIndexerStore({ connectionString: pooler.connectionString, lockRetry: 20, lease: 400 });
    await using one = await open();
    await using other = await open();
    const held = await one.locker.lock('layer:pooled');
    await new Promise((resolve) => void setTimeout(resolve, 900));
    expect(await other.locker.tryLock('layer:pooled')).toBeUndefined();
    await one.putManifest({ digest: manifestDigest('pooled'), layers: [] }, held);
    await held.release();
    const next = await other.locker.lock('layer:pooled');
    expect(next.fence).toBeGreaterThan(held.fence);
    await expect(one.putManifest({ digest: manifestDigest('pooled'), layers: [] }, held)).rejects.toMatchObject({ code: 'LOCK_LOST' });
  });

  if (kind === poolerKinds[0]) {
    indexerStoreSuite('PostgreSQL', async () => {
      await emptyDatabase(fresh);
      return openPostgresIndexerStore({ connectionString: pooler.connectionString, lockRetry: 50 });
    });
  }
});
