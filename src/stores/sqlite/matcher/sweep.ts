import type { Database } from '../database.ts';

/** Share of the current rows that has to be deleted before what rows share is looked through: that reads all of them. */
const dueAfter = 0.1;

/** What no row uses any more. Nobody holds an id of theirs: an update finds or makes them inside its own transaction. */
const unused = [
  'DELETE FROM package WHERE NOT EXISTS (SELECT 1 FROM affected AS a WHERE a.package_id = package.id)',
  'DELETE FROM namespace WHERE id NOT IN (SELECT namespace_id FROM package)',
  'DELETE FROM range WHERE id NOT IN (SELECT range_id FROM affected)',
  'DELETE FROM statement WHERE id NOT IN (SELECT statement_id FROM affected)',
  'DELETE FROM url WHERE id NOT IN (SELECT url_id FROM advisory)',
];

export function isSweepDue(database: Database): boolean {
  const rows = database.get<{ deleted: number; current: number }>(
    'SELECT deleted, (SELECT ifnull(sum(affected), 0) FROM updater) AS current FROM upkeep',
  );
  return rows !== undefined && rows.deleted > 0 && rows.deleted >= rows.current * dueAfter;
}

/** @throws StoreError */
export async function sweep(database: Database): Promise<void> {
  for (const sql of unused) await database.write(() => database.run(sql));
  await database.write(() => database.run('UPDATE upkeep SET deleted = 0'));
}
