import type { StoredAdvisory, UpdateDiff } from '../../../contracts/index.ts';
import type { Database } from '../database.ts';

const columns = 'v.id, u.name AS updater, v.part, v.name FROM';
const ofUpdater = 'CROSS JOIN updater AS u ON u.id = v.updater_id WHERE (?3 IS NULL OR u.name = ?3)';

/** What is current after operation `to` and was not after `from`, and the other way round; each sorted by id. */
export function diff(database: Database, from: number, to: number, updater: string | undefined): UpdateDiff {
  const added = `SELECT ${columns} update_operation AS o CROSS JOIN advisory AS v ON v.id BETWEEN o.first_advisory AND o.last_advisory
    ${ofUpdater} AND o.id > ?1 AND o.id <= ?2 AND (v.removed_op IS NULL OR v.removed_op > ?2) ORDER BY v.id`;
  const removed = `SELECT ${columns} advisory AS v ${ofUpdater} AND v.removed_op > ?1 AND v.removed_op <= ?2 AND v.added_op <= ?1 ORDER BY v.id`;
  return { added: read(database, added), removed: read(database, removed) };

  function read(database: Database, sql: string): readonly StoredAdvisory[] {
    return database.all<StoredAdvisory>(sql, from, to, updater ?? null).map((row) => ({ ...row }));
  }
}
