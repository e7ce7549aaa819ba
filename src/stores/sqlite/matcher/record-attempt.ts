import type { Database } from '../database.ts';
import { ensureUpdater } from './updaters.ts';

/** The source says that nothing changed; its validators may have. */
export function recordUnchanged(database: Database, name: string, at: string, fingerprint: string | undefined): void {
  database.run(
    `UPDATE updater SET last_attempt = ?2, last_success = ?2, fingerprint = ifnull(?3, fingerprint), error_code = NULL, error_message = NULL
     WHERE id = ?1`,
    ensureUpdater(database, name),
    at,
    fingerprint ?? null,
  );
}

/** The last good data stays. */
export function recordFailure(
  database: Database,
  name: string,
  at: string,
  error: { readonly code: string; readonly message: string },
): void {
  const sql = 'UPDATE updater SET last_attempt = ?, error_code = ?, error_message = ? WHERE id = ?';
  database.run(sql, at, error.code, error.message, ensureUpdater(database, name));
}
