import type { Database } from '../database.ts';

/**
 * Deletes advisories that were closed before the last `keep` operations of their updater, with their rows and texts.
 * Packages, ranges and statements stay: they are few, and mostly come again.
 */
export function collectGarbage(database: Database, keep: number): number {
  database.exec('CREATE TEMP TABLE IF NOT EXISTS garbage(id INTEGER PRIMARY KEY); DELETE FROM temp.garbage');
  const chosen = database.run(
    `INSERT INTO garbage(id)
     SELECT v.id FROM advisory AS v
     WHERE v.removed_op IS NOT NULL AND v.removed_op NOT IN (
       SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY updater_id ORDER BY id DESC) AS age FROM update_operation) WHERE age <= ?)`,
    Math.max(0, keep),
  );
  if (chosen === 0) return 0;
  database.run('DELETE FROM affected WHERE advisory_id IN (SELECT id FROM garbage)');
  database.run(
    `UPDATE text SET advisories = advisories - gone.count
     FROM (SELECT v.text_id, count(*) AS count FROM garbage AS g CROSS JOIN advisory AS v ON v.id = g.id GROUP BY v.text_id) AS gone
     WHERE text.id = gone.text_id`,
  );
  database.run(
    'DELETE FROM text WHERE advisories = 0 AND id IN (SELECT v.text_id FROM garbage AS g CROSS JOIN advisory AS v ON v.id = g.id)',
  );
  database.run('DELETE FROM advisory WHERE id IN (SELECT id FROM garbage)');
  return chosen;
}
