import type { Sql } from '../sql.ts';
import { toStoredText } from './stored-text.ts';

/**
 * Tables of one update, for what it brings that is new. Ordinary ones, not temporary: behind a transaction pooler the next statement may
 * run on another connection. Unlogged, so that nothing but pages of their own is written. `id` counts from 1 in each session.
 */
const tables = {
  namespace: 'id int, hash uuid, key text, scheme text, distribution text, repository text',
  package: `id int, hash uuid, question uuid, namespace uuid, name text, kind text, module text, arch text, arch_operation text`,
  range: `id int, hash uuid, lo bytea, hi bytea, long_lo bytea, long_hi bytea, exact smallint, introduced text, fixed text, last_affected text`,
  statement: 'id int, hash uuid, status text, fix_state text, severity text, normalized_severity text, pointer text',
  url: 'id int, hash uuid, url text',
  text: 'id int, texts int, advisories int, body bytea',
  advisory: `id int, part text, name text, aliases text, issued text, text int, text_position int, hash uuid, place_hash bytea`,
  affected: 'advisory int, package int, range int, statement int, url int, place text',
  // Stored advisories that only moved in their document, by their ids in the database, and their rows as they stand there now.
  moved_advisory: 'id int, place_hash bytea',
  moved_affected: 'advisory int, package int, range int, statement int, url int, place text',
} as const;

export type StageTable = keyof typeof tables;
export const stageTableNames = Object.keys(tables) as readonly StageTable[];

/** Names of the tables of one session. */
export function stageTable(session: number, table: StageTable): string {
  return `stage_${session}_${table}`;
}

export function stageColumns(table: StageTable): readonly string[] {
  return tables[table].split(', ').map((column) => column.slice(0, column.indexOf(' ')));
}

/** Registers a session and makes its tables; gives its number. */
export async function createStage(sql: Sql, updater: string): Promise<number> {
  const created = await sql.get<{ id: number }>('INSERT INTO update_session(updater, batches) VALUES ($1, 0) RETURNING id', [
    toStoredText(updater),
  ]);
  const session = created?.id ?? 0;
  await sql.run(createStageTables(session, 'WITH (autovacuum_enabled = off)'));
  return session;
}

/** The statements that make a set of tables. */
export function createStageTables(session: number, storage = ''): string {
  return stageTableNames.map((table) => `CREATE UNLOGGED TABLE ${stageTable(session, table)}(${tables[table]}) ${storage};`).join('\n');
}

/**
 * The set that is always there, for updates that are sent at once with their merge: whoever has the turn to commit finds it empty, and
 * leaves it so. Making and dropping a set takes longer than all else that a small update does.
 */
export const sharedStage = 0;

export async function emptySharedStage(sql: Sql): Promise<void> {
  await sql.run(stageTableNames.map((table) => `DELETE FROM ${stageTable(sharedStage, table)}`).join(';'));
}

/** Tells the planner what was staged. */
export async function analyzeStage(sql: Sql, session: number): Promise<void> {
  await sql.run(`ANALYZE ${stageTableNames.map((table) => stageTable(session, table)).join(', ')}`);
}

/** Drops the tables of a session, where there are any. */
export async function dropStage(sql: Sql, session: number): Promise<void> {
  await sql.run(`DROP TABLE IF EXISTS ${stageTableNames.map((table) => stageTable(session, table)).join(', ')}`);
  await sql.run('DELETE FROM update_session WHERE id = $1', [session]);
}

/** What sessions of the updater left that were killed: whoever calls this holds its lock. */
export async function dropLeftStages(sql: Sql, updater: string): Promise<void> {
  const left = await sql.all<{ id: number }>('SELECT id FROM update_session WHERE updater = $1 ORDER BY id', [toStoredText(updater)]);
  for (const { id } of left) await dropStage(sql, id);
}
