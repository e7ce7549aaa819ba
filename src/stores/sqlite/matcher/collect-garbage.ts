import type { Database } from '../database.ts';

/**
 * Inside a write transaction: deletes advisories that were closed before the last `keep` operations of their updater, with their rows
 * and texts, and the operations before those. What rows share is left to upkeep.
 */
export function collectGarbage(database: Database, keep: number): number {
  database.exec('CREATE TEMP TABLE IF NOT EXISTS garbage(id INTEGER PRIMARY KEY); DELETE FROM temp.garbage');
  const chosen = database.run(
    `INSERT INTO garbage(id) SELECT id FROM advisory
     WHERE removed_op IS NOT NULL AND removed_op NOT IN (SELECT id FROM (${operationsByAge}) WHERE age <= ?)`,
    Math.max(0, keep),
  );
  if (chosen > 0) deleteAdvisories(database);
  // The last one of an updater stays: ids go on from it, and an update that is under way knows by it that nobody came between.
  database.run(`DELETE FROM update_operation WHERE id IN (SELECT id FROM (${operationsByAge}) WHERE age > ?)`, Math.max(1, keep));
  return chosen;
}

/** The newest of each updater has age 1. */
const operationsByAge = 'SELECT id, row_number() OVER (PARTITION BY updater_id ORDER BY id DESC) AS age FROM update_operation';

function deleteAdvisories(database: Database): void {
  const rows = database.run('DELETE FROM affected WHERE advisory_id IN (SELECT id FROM garbage)');
  database.run('UPDATE upkeep SET deleted = deleted + ?', rows);
  database.run(`UPDATE text SET advisories = advisories - gone.count FROM (${textsOfGarbage}) AS gone WHERE text.id = gone.text_id`);
  database.run(`DELETE FROM text WHERE advisories = 0 AND id IN (SELECT text_id FROM (${textsOfGarbage}))`);
  database.run('DELETE FROM advisory WHERE id IN (SELECT id FROM garbage)');
}

const textsOfGarbage = `SELECT v.text_id, count(*) AS count FROM garbage AS g CROSS JOIN advisory AS v ON v.id = g.id
  WHERE v.text_id IS NOT NULL GROUP BY v.text_id`;
