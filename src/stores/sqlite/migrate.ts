import { StoreError } from '../../core/index.ts';
import type { Database } from './database.ts';

/** What a database file is for: written into its header, so that no file is taken for another. */
export interface Schema {
  /** `PRAGMA application_id`: four letters. */
  readonly applicationId: number;
  /** Forward only: a migration that was ever released is never edited. The n-th makes version n. */
  readonly migrations: readonly string[];
}

/** The number that four ASCII letters make, as file(1) shows them. */
export function fourLetters(letters: string): number {
  return new TextEncoder().encode(letters).reduce((number, letter) => number * 256 + letter, 0);
}

/**
 * Whether the file can be used as it is; throws before anything is written to a file that is not ours.
 * @throws StoreError `STORE_NOT_OURS`, `STORE_VERSION`
 */
export function isCurrent(database: Database, schema: Schema): boolean {
  const { id, version, tables } = header(database);
  if (id !== schema.applicationId && !(id === 0 && version === 0 && tables === 0)) {
    throw new StoreError('STORE_NOT_OURS', { path: database.path });
  }
  const known = schema.migrations.length;
  if (version > known) throw new StoreError('STORE_VERSION', { path: database.path, version, known });
  return version === known;
}

/** Runs the migrations that are missing; the caller holds the write lock, so two processes never run one twice. */
export function migrate(database: Database, schema: Schema): void {
  if (isCurrent(database, schema)) return;
  for (const migration of schema.migrations.slice(header(database).version)) database.exec(migration);
  database.exec(`PRAGMA application_id = ${schema.applicationId}; PRAGMA user_version = ${schema.migrations.length}`);
}

function header(database: Database): { readonly id: number; readonly version: number; readonly tables: number } {
  // One statement: another process may be migrating between two.
  const row = database.get<{ id: number; version: number; tables: number }>(
    `SELECT (SELECT application_id FROM pragma_application_id) AS id, (SELECT user_version FROM pragma_user_version) AS version,
      (SELECT count(*) FROM sqlite_schema) AS tables`,
  );
  return row ?? { id: 0, version: 0, tables: 0 };
}
