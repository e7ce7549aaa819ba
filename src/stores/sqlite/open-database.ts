import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '../../core/index.ts';
import { Database, retryWhileBusy, type DatabaseOptions } from './database.ts';
import { isCurrent, migrate, type Schema } from './migrate.ts';
import { toStoreError } from './sqlite-error.ts';

export interface OpenDatabaseOptions extends DatabaseOptions {
  /** False: nothing is made and nothing changed, what is not current is refused. */
  readonly migrations: boolean;
}

/**
 * Opens a database file of ours, makes it where there is none (mode 0600, in a directory made 0700), brings it up to date.
 * @throws StoreError `STORE_OPEN`, `STORE_NOT_OURS`, `STORE_VERSION`, `STORE_OUTDATED`, `STORE_CORRUPT`, `STORE_BUSY`, `STORE_WRITE`
 */
export async function openDatabase(path: string, schema: Schema, options: OpenDatabaseOptions): Promise<Database> {
  if (options.migrations) makeFile(path);
  else if (!existsSync(path)) throw new StoreError('STORE_OUTDATED', { path });
  let database: Database | undefined;
  try {
    database = await retryWhileBusy(() => new Database(path, options), options.patience);
    await prepareDatabase(database, schema, options);
    return database;
  } catch (error) {
    database?.[Symbol.dispose]();
    throw toStoreError(error, path);
  }
}

/** SQLite gives the log and the shared memory beside the file the file's own mode. */
function makeFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    throw new StoreError('STORE_OPEN', { path }, { cause });
  }
}

async function prepareDatabase(database: Database, schema: Schema, { patience, migrations }: OpenDatabaseOptions): Promise<void> {
  const current = await retryWhileBusy(() => isCurrent(database, schema), patience);
  if (current) return;
  if (!migrations) throw new StoreError('STORE_OUTDATED', { path: database.path });
  // The mode is kept in the file. Two processes that switch at once may meet without SQLite's own waiting.
  await retryWhileBusy(() => database.exec('PRAGMA journal_mode = WAL'), patience);
  await database.write(() => migrate(database, schema));
}
