import type { LeaseProof } from '../../contracts/index.ts';
import { StoreError } from '../../core/index.ts';
import type { Database } from './database.ts';

/** Part of the first migration of every database. A row stays when its lock is released: the fence only grows. */
export const leaseTable = `
  CREATE TABLE lease(
    key TEXT PRIMARY KEY,
    owner TEXT,              -- NULL: released
    fence INTEGER NOT NULL,
    expires_at REAL NOT NULL -- seconds of the Unix epoch
  ) STRICT, WITHOUT ROWID;
`;

/** The fence of the lock if it is ours now, undefined if somebody else holds it. */
export function takeLease(database: Database, key: string, owner: string, seconds: number): number | undefined {
  return database.get<{ fence: number }>(
    `INSERT INTO lease(key, owner, fence, expires_at) VALUES (?1, ?2, 1, unixepoch('subsec') + ?3)
     ON CONFLICT(key) DO UPDATE SET owner = excluded.owner, fence = fence + 1, expires_at = excluded.expires_at
       WHERE owner IS NULL OR expires_at <= unixepoch('subsec')
     RETURNING fence`,
    key,
    owner,
    seconds,
  )?.fence;
}

/** False when somebody else took the lock. One that has run out, but that nobody took, is ours again. */
export function renewLease(database: Database, proof: LeaseProof, owner: string, seconds: number): boolean {
  const sql = `UPDATE lease SET expires_at = unixepoch('subsec') + ?4 WHERE key = ?1 AND fence = ?2 AND owner = ?3`;
  return database.run(sql, proof.key, proof.fence, owner, seconds) > 0;
}

export function releaseLease(database: Database, proof: LeaseProof, owner: string): void {
  const sql = 'UPDATE lease SET owner = NULL, expires_at = 0 WHERE key = ?1 AND fence = ?2 AND owner = ?3';
  database.run(sql, proof.key, proof.fence, owner);
}

/** Releases what an owner left locked that is no more. */
export async function releaseLeasesOf(database: Database, owner: string): Promise<void> {
  // Mostly there is nothing, and then nothing is written.
  if (!(await database.read(() => database.get('SELECT 1 FROM lease WHERE owner = ?', owner)))) return;
  await database.write(() => database.run('UPDATE lease SET owner = NULL, expires_at = 0 WHERE owner = ?', owner));
}

/**
 * To be called inside the transaction that stores what was done under the lock: while it runs nobody else can take it.
 * @throws StoreError `LOCK_LOST` when the lock was released or taken by somebody else
 */
export function checkLease(database: Database, proof: LeaseProof): void {
  const sql = 'SELECT 1 AS held FROM lease WHERE key = ? AND fence = ? AND owner IS NOT NULL';
  if (!database.get(sql, proof.key, proof.fence)) throw new StoreError('LOCK_LOST', { key: proof.key, fence: proof.fence });
}
