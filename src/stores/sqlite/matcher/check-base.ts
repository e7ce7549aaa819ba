import { StoreError } from '../../../core/index.ts';
import type { Database } from '../database.ts';

/**
 * In the transaction that builds on it: what is stored was loaded with this fingerprint.
 * @param version of the updater; not looked at if absent
 * @throws StoreError `UPDATE_BASE_LOST`
 */
export function checkBase(database: Database, updater: string, base: string, version?: number): void {
  const sql = 'SELECT version, fingerprint FROM updater WHERE name = ?';
  const stored = database.get<{ version: number; fingerprint: string | null }>(sql, updater);
  if (stored?.fingerprint === base && (version === undefined || stored.version === version)) return;
  throw new StoreError('UPDATE_BASE_LOST', { updater });
}
