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
}

export function findUpdater(sql: Sql, name: string): Promise<KnownUpdater | undefined> {
  return sql.get<KnownUpdater>(
    `SELECT id, advisories, affected AS rows, coalesce((SELECT max(o.id) FROM update_operation AS o WHERE o.updater_id = u.id), 0) AS operation
     FROM updater AS u WHERE name = $1`,
    [toStoredText(name)],
  );
}

/** Makes the updater known where it is not. */
export async function ensureUpdater(sql: Sql, name: string): Promise<void> {
  await sql.run('INSERT INTO updater(name) SELECT $1 WHERE NOT EXISTS (SELECT FROM updater WHERE name = $1) ON CONFLICT DO NOTHING', [
    toStoredText(name),
  ]);
}
