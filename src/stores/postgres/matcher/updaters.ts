import { StoreError } from '../../../core/index.ts';
import type { Sql } from '../sql.ts';
import { toStoredText } from './stored-text.ts';

/** An updater as it stood when it was asked for. */
export interface KnownUpdater {
  readonly id: number;
  /** Current advisories, and their rows. */
  readonly advisories: number;
  readonly rows: number;
  /** Its last operation; 0 if there was none. */
  readonly operation: number;
  readonly version: number;
  /** Of the last body that was loaded; null if none was. */
  readonly fingerprint: string | null;
}

export function findUpdater(sql: Sql, name: string): Promise<KnownUpdater | undefined> {
  return sql.get<KnownUpdater>(
    `SELECT id, advisories, affected AS rows, version, fingerprint, coalesce((SELECT max(o.id) FROM update_operation AS o WHERE o.updater_id = u.id), 0) AS operation
     FROM updater AS u WHERE name = $1`,
    [toStoredText(name)],
  );
}

/**
 * @param version of the updater; not looked at if absent
 * @throws StoreError `UPDATE_BASE_LOST` where what is stored was not loaded with this fingerprint
 */
export function assertBase(updater: KnownUpdater | undefined, name: string, base: string, version?: number): void {
  const isBase = updater?.fingerprint === toStoredText(base.toWellFormed()) && (version === undefined || updater.version === version);
  if (!isBase) throw new StoreError('UPDATE_BASE_LOST', { updater: name });
}

/** Makes the updater known where it is not. */
export async function ensureUpdater(sql: Sql, name: string): Promise<void> {
  await sql.run('INSERT INTO updater(name) SELECT $1 WHERE NOT EXISTS (SELECT FROM updater WHERE name = $1) ON CONFLICT DO NOTHING', [
    toStoredText(name),
  ]);
}
