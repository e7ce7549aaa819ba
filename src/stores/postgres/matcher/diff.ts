import type { StoredAdvisory, UpdateDiff } from '../../../contracts/index.ts';
import type { Sql } from '../sql.ts';
import { fromStoredText, toStoredText } from './stored-text.ts';

const select = `SELECT v.id, u.name AS updater, v.part, v.name FROM advisory AS v JOIN updater AS u ON u.id = v.updater_id
  WHERE ($3::text IS NULL OR u.name = $3)`;
// Ids of advisories ascend with those of operations, of which the old ones are not kept: from the last that is known on all are looked at.
const addedSql = `${select}
  AND v.id > coalesce((SELECT last_advisory FROM update_operation WHERE id <= $1 ORDER BY id DESC LIMIT 1), 0)
  AND v.added_op > $1 AND v.added_op <= $2 AND (v.removed_op IS NULL OR v.removed_op > $2) ORDER BY v.id`;
const removedSql = `${select} AND v.removed_op > $1 AND v.removed_op <= $2 AND v.added_op <= $1 ORDER BY v.id`;

/** What is current after operation `to` and was not after `from`, and the other way round; each sorted by id. */
export async function diff(sql: Sql, from: number, to: number, updater: string | undefined): Promise<UpdateDiff> {
  const values = [from, to, updater === undefined ? null : toStoredText(updater)];
  return { added: await read(sql, addedSql, values), removed: await read(sql, removedSql, values) };
}

async function read(sql: Sql, text: string, values: readonly unknown[]): Promise<readonly StoredAdvisory[]> {
  const rows = await sql.all<StoredAdvisory>(text, values);
  return rows.map(({ id, updater, part, name }) => ({
    id,
    updater: fromStoredText(updater),
    part: fromStoredText(part),
    name: fromStoredText(name),
  }));
}
