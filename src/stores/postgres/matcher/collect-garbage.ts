import type { Sql } from '../sql.ts';

/** The newest of each updater has age 1. */
const operationsByAge = 'SELECT id, row_number() OVER (PARTITION BY updater_id ORDER BY id DESC) AS age FROM update_operation';

/**
 * In a write transaction, by whoever has the turn: deletes advisories that were closed before the last `keep` operations of their updater,
 * with their rows and texts, and the operations before those. What rows share is left to upkeep.
 */
export async function collectGarbage(sql: Sql, keep: number): Promise<number> {
  const garbage = await sql.tuples<readonly [number]>(
    `SELECT v.id FROM advisory AS v WHERE v.removed_op IS NOT NULL
       AND NOT EXISTS (SELECT FROM (${operationsByAge}) AS o WHERE o.age <= $1 AND o.id = v.removed_op)`,
    [Math.max(0, keep)],
  );
  if (garbage.length > 0) await deleteAdvisories(sql, `{${garbage.join(',')}}`);
  // The last one of an updater stays: ids go on from it, and an update that is under way knows by it that nobody came between.
  await sql.run(`DELETE FROM update_operation WHERE id IN (SELECT id FROM (${operationsByAge}) AS o WHERE o.age > $1)`, [
    Math.max(1, keep),
  ]);
  return garbage.length;
}

async function deleteAdvisories(sql: Sql, ids: string): Promise<void> {
  const rows = await sql.run('DELETE FROM closed_affected AS a USING unnest($1::int[]) AS g(id) WHERE a.advisory_id = g.id', [ids]);
  await sql.run('UPDATE matcher_state SET deleted = deleted + $1', [rows]);
  await sql.run(
    `UPDATE text_block AS t SET advisories = t.advisories - gone.count
     FROM (SELECT v.text_id, count(*)::int AS count FROM advisory AS v JOIN unnest($1::int[]) AS g(id) ON v.id = g.id
           WHERE v.text_id IS NOT NULL GROUP BY v.text_id) AS gone
     WHERE t.id = gone.text_id`,
    [ids],
  );
  await sql.run('DELETE FROM text_block WHERE advisories = 0');
  await sql.run('DELETE FROM advisory AS v USING unnest($1::int[]) AS g(id) WHERE v.id = g.id', [ids]);
}
