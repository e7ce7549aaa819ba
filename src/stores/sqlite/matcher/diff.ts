import type { StoredAdvisory, UpdateDiff } from '../../../contracts/index.ts';
import type { Database } from '../database.ts';

const columns = 'v.id, u.name AS updater, v.part, v.name FROM';
const ofUpdater = 'CROSS JOIN updater AS u ON u.id = v.updater_id WHERE (?3 IS NULL OR u.name = ?3)';

/** What is current after operation `to` and was not after `from`, and the other way round; each sorted by id. */
export function diff(database: Database, from: number, to: number, updater: string | undefined): UpdateDiff {
  // Ids of advisories ascend with those of operations, of which the old ones are not kept: from the last that is known on all are looked at.
  const added = `SELECT ${columns} advisory AS v ${ofUpdater}
    AND v.id > ifnull((SELECT last_advisory FROM update_operation WHERE id <= ?1 ORDER BY id DESC LIMIT 1), 0)
    AND v.added_op > ?1 AND v.added_op <= ?2 AND (v.removed_op IS NULL OR v.removed_op > ?2) ORDER BY v.id`;
  const removed = `SELECT ${columns} advisory AS v ${ofUpdater} AND v.removed_op > ?1 AND v.removed_op <= ?2 AND v.added_op <= ?1 ORDER BY v.id`;
  return { added: read(database, added), removed: read(database, removed) };

  function read(database: Database, sql: string): readonly StoredAdvisory[] {
    return database.all<StoredAdvisory>(sql, from, to, updater ?? null).map((row) => ({ ...row }));
  }
}
