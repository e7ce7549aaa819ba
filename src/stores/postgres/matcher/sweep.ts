import type { PostgresDatabase } from '../database.ts';
import type { Sql } from '../sql.ts';
import { takeTurn } from './turn.ts';

/** Share of the current rows that has to be deleted before what rows share is looked through: that reads all of them. */
const dueAfter = 0.1;
/** ms that one of the statements may take. */
const patience = 10 * 60_000;

/** What no row uses any more. An update that is under way looks for what it shares with others again when it has the turn. */
const unused = [
  deleteUnused('package', 'package_id'),
  'DELETE FROM namespace AS n WHERE NOT EXISTS (SELECT FROM package AS p WHERE p.namespace_id = n.id)',
  deleteUnused('version_range', 'range_id'),
  deleteUnused('statement', 'statement_id'),
  deleteUnused('url', 'url_id'),
];

function deleteUnused(table: string, column: string): string {
  const isUsed = ['affected', 'closed_affected'].map((rows) => `EXISTS (SELECT FROM ${rows} AS a WHERE a.${column} = t.id)`);
  return `DELETE FROM ${table} AS t WHERE NOT ${isUsed.join(' AND NOT ')}`;
}

export async function isSweepDue(sql: Sql): Promise<boolean> {
  const rows = await sql.get<{ deleted: number; current: number }>(
    'SELECT deleted, (SELECT coalesce(sum(affected), 0) FROM updater) AS current FROM matcher_state',
  );
  return rows !== undefined && rows.deleted > 0 && rows.deleted >= rows.current * dueAfter;
}

/** @throws StoreError */
export async function sweep(database: PostgresDatabase): Promise<void> {
  for (const text of [...unused, 'UPDATE matcher_state SET deleted = 0']) {
    const task = async (sql: Sql): Promise<void> => {
      await takeTurn(sql);
      await sql.run(text);
    };
    await database.write(task, { statementTimeout: patience, lostCommit: 'repeat' });
  }
}
