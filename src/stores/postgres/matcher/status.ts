import type { UpdateOperation, UpdaterStatus } from '../../../contracts/index.ts';
import { operationRef } from '../../../runtime/index.ts';
import type { Sql } from '../sql.ts';
import { fromStoredText, toStoredText } from './stored-text.ts';

interface UpdaterRow {
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
  readonly namespaces: readonly string[];
}

const statusSql = `SELECT name, version, fingerprint, body_digest AS "bodyDigest", last_attempt AS "lastAttempt", last_success AS "lastSuccess",
    error_code AS "errorCode", error_message AS "errorMessage", advisories, affected,
    ARRAY(SELECT n.key FROM updater_namespace AS un JOIN namespace AS n ON n.id = un.namespace_id WHERE un.updater_id = u.id ORDER BY n.key)
      AS namespaces
  FROM updater AS u ORDER BY name`;

/** Of every updater that was ever tried, sorted by name. */
export async function status(sql: Sql): Promise<readonly UpdaterStatus[]> {
  const rows = await sql.all<UpdaterRow>(statusSql);
  return rows.map((row) => {
    const updater = fromStoredText(row.name);
    const known = (text: string | null): string | undefined => (text === null ? undefined : fromStoredText(text));
    const [fingerprint, bodyDigest, lastAttempt] = [known(row.fingerprint), known(row.bodyDigest), known(row.lastAttempt)];
    const [lastSuccess, code] = [known(row.lastSuccess), known(row.errorCode)];
    return {
      updater,
      updaterVersion: row.version,
      ...(fingerprint !== undefined && { fingerprint }),
      ...(bodyDigest !== undefined && { bodyDigest, operation: operationRef(updater, bodyDigest) }),
      ...(lastAttempt !== undefined && { lastAttempt }),
      ...(lastSuccess !== undefined && { lastSuccess }),
      ...(code !== undefined && { lastError: { code, message: known(row.errorMessage) ?? '' } }),
      advisories: row.advisories,
      rows: row.affected,
      namespaces: row.namespaces.map(fromStoredText),
    };
  });
}

/** Sorted by id. */
export async function operations(sql: Sql, updater: string | undefined): Promise<readonly UpdateOperation[]> {
  const rows = await sql.all<UpdateOperation>(
    `SELECT o.id, u.name AS updater, o.at, o.body_digest AS "bodyDigest", o.added, o.removed
     FROM update_operation AS o JOIN updater AS u ON u.id = o.updater_id WHERE $1::text IS NULL OR u.name = $1 ORDER BY o.id`,
    [updater === undefined ? null : toStoredText(updater)],
  );
  return rows.map((row) => ({
    ...row,
    updater: fromStoredText(row.updater),
    at: fromStoredText(row.at),
    bodyDigest: fromStoredText(row.bodyDigest),
  }));
}
