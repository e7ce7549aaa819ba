import type { Sql } from '../sql.ts';
import { toStoredText } from './stored-text.ts';
import { ensureUpdater } from './updaters.ts';

/** The source says that nothing changed; its validators may have. */
export async function recordUnchanged(sql: Sql, name: string, at: string, fingerprint: string | undefined): Promise<void> {
  await ensureUpdater(sql, name);
  await sql.run(
    `UPDATE updater SET last_attempt = $2, last_success = $2, fingerprint = coalesce($3, fingerprint), error_code = NULL, error_message = NULL
     WHERE name = $1`,
    [toStoredText(name), toStoredText(at), fingerprint === undefined ? null : toStoredText(fingerprint)],
  );
}

/** The last good data stays. */
export async function recordFailure(
  sql: Sql,
  name: string,
  at: string,
  error: { readonly code: string; readonly message: string },
): Promise<void> {
  await ensureUpdater(sql, name);
  const text = 'UPDATE updater SET last_attempt = $2, error_code = $3, error_message = $4 WHERE name = $1';
  await sql.run(text, [name, at, error.code, error.message].map(toStoredText));
}
