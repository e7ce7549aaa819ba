import type { UpdateOperation, UpdaterStatus } from '../../../contracts/index.ts';
import { operationRef } from '../../../runtime/index.ts';
import type { Database } from '../database.ts';
import type { KnownNamespaces } from './namespaces.ts';

interface UpdaterRow {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  readonly fingerprint: string | null;
  readonly bodyDigest: string | null;
  readonly lastAttempt: string | null;
  readonly lastSuccess: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly advisories: number;
  readonly affected: number;
}

/** Of every updater that was ever tried, sorted by name. */
export function status(database: Database, { byUpdater }: KnownNamespaces): readonly UpdaterStatus[] {
  const sql = `SELECT id, name, version, fingerprint, body_digest AS bodyDigest, last_attempt AS lastAttempt, last_success AS lastSuccess,
    error_code AS errorCode, error_message AS errorMessage, advisories, affected FROM updater ORDER BY name`;
  return database.all<UpdaterRow>(sql).map((row) => ({
    updater: row.name,
    updaterVersion: row.version,
    ...(row.fingerprint !== null && { fingerprint: row.fingerprint }),
    ...(row.bodyDigest !== null && { bodyDigest: row.bodyDigest, operation: operationRef(row.name, row.bodyDigest) }),
    ...(row.lastAttempt !== null && { lastAttempt: row.lastAttempt }),
    ...(row.lastSuccess !== null && { lastSuccess: row.lastSuccess }),
    ...(row.errorCode !== null && { lastError: { code: row.errorCode, message: row.errorMessage ?? '' } }),
    advisories: row.advisories,
    rows: row.affected,
    namespaces: byUpdater.get(row.id) ?? [],
  }));
}

/** Sorted by id. */
export function operations(database: Database, updater: string | undefined): readonly UpdateOperation[] {
  const sql = `SELECT o.id, u.name AS updater, o.at, o.body_digest AS bodyDigest, o.added, o.removed
    FROM update_operation AS o CROSS JOIN updater AS u ON u.id = o.updater_id WHERE ?1 IS NULL OR u.name = ?1 ORDER BY o.id`;
  return database.all<UpdateOperation>(sql, updater ?? null).map((row) => ({ ...row }));
}
