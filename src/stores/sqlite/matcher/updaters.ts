import type { Database } from '../database.ts';

export function findUpdater(database: Database, name: string): number | undefined {
  return database.get<{ id: number }>('SELECT id FROM updater WHERE name = ?', name)?.id;
}

export function ensureUpdater(database: Database, name: string): number {
  database.run('INSERT OR IGNORE INTO updater(name) VALUES (?)', name);
  return findUpdater(database, name) ?? 0;
}

/** The last operation of the updater; 0 if there was none. */
export function lastOperation(database: Database, updater: number | undefined): number {
  if (updater === undefined) return 0;
  return database.get<{ id: number }>('SELECT ifnull(max(id), 0) AS id FROM update_operation WHERE updater_id = ?', updater)?.id ?? 0;
}
