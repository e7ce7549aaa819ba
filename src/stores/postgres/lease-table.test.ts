import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../../../test/support/postgres.ts';
import type { IndexerStore } from '../../contracts/index.ts';
import { openPostgresIndexerStore } from './index.ts';

const gate = 4711;
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh[Symbol.asyncDispose]());

const open = (): Promise<IndexerStore> => openPostgresIndexerStore({ connectionString: fresh.connectionString });

/**
 * Who inserts a lease stands still where the conflicts that there were have been looked for, and no unique index has the new row: an index over
 * a function that waits comes before them, for it is older.
 */
async function putGateBeforeUniqueIndexes(): Promise<void> {
  for (const sql of [
    'ALTER TABLE claircore_indexer.lease DROP CONSTRAINT lease_pkey, DROP CONSTRAINT lease_key_fence_key',
    `CREATE FUNCTION claircore_indexer.waiting(text) RETURNS text LANGUAGE plpgsql IMMUTABLE
       AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(${gate}); RETURN $1; END'`,
    'CREATE INDEX lease_gate ON claircore_indexer.lease(claircore_indexer.waiting(key))',
    'ALTER TABLE claircore_indexer.lease ADD PRIMARY KEY (key), ADD UNIQUE (key, fence)',
  ])
    await fresh.query(sql);
}

async function untilWaiting(count: number): Promise<void> {
  const sql = `SELECT count(*)::int AS waiting FROM pg_locks WHERE locktype = 'advisory' AND objid = ${gate} AND NOT granted`;
  for (let tries = 0; tries < 500; tries += 1) {
    const [found] = await fresh.query<{ waiting: number }>(sql);
    if (found?.waiting === count) return;
    await pause(20);
  }
  throw new Error('nobody comes to the gate');
}

describe('two who make the row of a lease at the same moment', () => {
  it('are one who has it and one who has not, and no error', async () => {
    await using one = await open();
    await using two = await open();
    await putGateBeforeUniqueIndexes();
    const keeper = new Client(fresh.connectionString);
    await keeper.connect();
    try {
      await keeper.query('SELECT pg_advisory_lock($1)', [gate]);
      const taking = Promise.allSettled([one, two].map((store) => store.locker.tryLock('layer:at-once')));
      await untilWaiting(2);
      await keeper.query('SELECT pg_advisory_unlock($1)', [gate]);
      const outcomes = await taking;
      expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
      const fences = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value?.fence : 'failed'));
      expect(fences.toSorted()).toEqual([1, undefined]);
    } finally {
      await keeper.end();
    }
  });
});
