import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface RpmSqliteOptions {
  /** Bytes of a page: a power of two from 512 to 65,536; 4,096 if absent. */
  readonly pageBytes?: number;
  /** Headers that are written only to the write-ahead log. */
  readonly logged?: readonly Uint8Array[];
  /** SQL that is run before the headers are written. */
  readonly sql?: string;
}

export interface RpmSqliteFiles {
  readonly database: Uint8Array;
  /** What stands in `rpmdb.sqlite-wal`. */
  readonly log: Uint8Array;
}

/** rpm's SQLite database (`rpmdb.sqlite`) with these headers, as the engine itself writes it. */
export function writeRpmSqlite(headers: readonly Uint8Array[], options: Omit<RpmSqliteOptions, 'logged'> = {}): Uint8Array {
  return writeRpmSqliteFiles(headers, options).database;
}

/** The database, and beside it the log with what was not yet brought into it. */
export function writeRpmSqliteFiles(
  headers: readonly Uint8Array[],
  { pageBytes = 4096, logged = [], sql = '' }: RpmSqliteOptions = {},
): RpmSqliteFiles {
  const directory = mkdtempSync(join(tmpdir(), 'claircore-rpmdb-'));
  const path = join(directory, 'rpmdb.sqlite');
  const database = new DatabaseSync(path);
  try {
    database.exec(
      `PRAGMA page_size = ${pageBytes}; ${logged.length > 0 ? 'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;' : ''}`,
    );
    database.exec('CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)');
    if (sql !== '') database.exec(sql);
    insert(database, headers);
    if (logged.length === 0) return { database: Uint8Array.from(readFileSync(path)), log: new Uint8Array() };
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    insert(database, logged);
    return { database: Uint8Array.from(readFileSync(path)), log: Uint8Array.from(readFileSync(`${path}-wal`)) };
  } finally {
    database.close();
    rmSync(directory, { recursive: true });
  }
}

function insert(database: DatabaseSync, headers: readonly Uint8Array[]): void {
  if (headers.length === 0) return;
  database.exec('BEGIN');
  const statement = database.prepare('INSERT INTO Packages (blob) VALUES (?)');
  for (const header of headers) statement.run(header);
  database.exec('COMMIT');
}
