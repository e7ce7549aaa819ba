import type { LeaseProof } from '../../contracts/index.ts';
import { StoreError } from '../../core/index.ts';
import type { Sql } from './sql.ts';

/**
 * Part of the first migration of every store. A row stays when its lock is released: the fence only grows.
 * That the fence is in a unique index makes it a part of the key: who renews a lease does not wait for a transaction
 * that checked it (FOR KEY SHARE), who takes it does.
 */
export const leaseTable = `
  CREATE TABLE lease(
    key text COLLATE "C" PRIMARY KEY,
    owner text,                      -- NULL: released
    fence int NOT NULL,
    expires_at timestamptz NOT NULL,
    UNIQUE (key, fence)
  );
`;

/**
 * The fence of the lock if it is ours now, undefined if somebody else holds it. An owner takes a lock but once, or the same once more.
 * What is held is left alone without a look at the row's lock. Two that make the row at once meet in either unique index, whichever is
 * looked at first: an `ON CONFLICT` that names one of them fails on the other.
 */
export async function takeLease(sql: Sql, key: string, owner: string, length: number): Promise<number | undefined> {
  const row = await sql.get<{ fence: number }>(
    `WITH taken AS (
       UPDATE lease SET owner = $2, fence = fence + 1, expires_at = clock_timestamp() + $3::float8 * interval '1 ms'
       WHERE key = $1 AND (owner IS NULL OR owner = $2 OR expires_at <= clock_timestamp())
       RETURNING fence),
     made AS (
       INSERT INTO lease(key, owner, fence, expires_at)
       SELECT $1, $2, 1, clock_timestamp() + $3::float8 * interval '1 ms' WHERE NOT EXISTS (SELECT FROM lease WHERE key = $1)
       ON CONFLICT DO NOTHING
       RETURNING fence)
     SELECT fence FROM taken UNION ALL SELECT fence FROM made`,
    [key, owner, length],
  );
  return row?.fence;
}

/** The next fence of a lock that is held by other means; whoever had it before is out. */
export async function raiseFence(sql: Sql, key: string, owner: string): Promise<number> {
  await sql.run(`INSERT INTO lease(key, owner, fence, expires_at) VALUES ($1, NULL, 0, '-infinity') ON CONFLICT DO NOTHING`, [key]);
  const row = await sql.get<{ fence: number }>(
    'UPDATE lease SET owner = $2, fence = fence + 1, expires_at = clock_timestamp() WHERE key = $1 RETURNING fence',
    [key, owner],
  );
  return row?.fence ?? 0;
}

/** False when somebody else took the lock. One that has run out, but that nobody took, is ours again. */
export async function renewLease(sql: Sql, proof: LeaseProof, owner: string, length: number): Promise<boolean> {
  const text = `UPDATE lease SET expires_at = clock_timestamp() + $4::float8 * interval '1 ms' WHERE key = $1 AND fence = $2 AND owner = $3`;
  return (await sql.run(text, [proof.key, proof.fence, owner, length])) > 0;
}

export async function releaseLease(sql: Sql, proof: LeaseProof, owner: string): Promise<void> {
  await sql.run(`UPDATE lease SET owner = NULL, expires_at = '-infinity' WHERE key = $1 AND fence = $2 AND owner = $3`, [
    proof.key,
    proof.fence,
    owner,
  ]);
}

/**
 * To be called first in the transaction that stores what was done under the lock: until it ends nobody else can take it.
 * @throws StoreError `LOCK_LOST` when the lock was released or taken by somebody else
 */
export async function checkLease(sql: Sql, proof: LeaseProof): Promise<void> {
  const text = 'SELECT 1 AS held FROM lease WHERE key = $1 AND fence = $2 AND owner IS NOT NULL FOR KEY SHARE';
  if (!(await sql.get(text, [proof.key, proof.fence]))) throw new StoreError('LOCK_LOST', { key: proof.key, fence: proof.fence });
}
