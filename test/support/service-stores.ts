import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import type { DataStoreOptions } from '../../src/defaults/index.ts';
import { freshDatabase } from './postgres.ts';
import { scratchDirectory } from './shared-data.ts';

/** A place for data of both libraries that goes with the test. */
export interface ServiceStore extends AsyncDisposable {
  readonly dataStore: DataStoreOptions;
  /** For `--connection-string`. */
  readonly connectionString: string;
  /** A question to the tables of the index results, as somebody else would ask it. */
  askIndexer<Row>(sql: string): Promise<readonly Row[]>;
}

/** Where the services keep data: what is proven of them is proven of each. */
export const serviceStores: readonly { readonly name: string; readonly open: () => Promise<ServiceStore> }[] = [
  { name: 'SQLite', open: () => Promise.resolve(sqliteStore()) },
  { name: 'PostgreSQL', open: postgresStore },
];

function sqliteStore(): ServiceStore {
  const scratch = scratchDirectory();
  const path = join(scratch.path, 'claircore.db');
  return {
    dataStore: { dataStore: 'sqlite', path },
    connectionString: path,
    askIndexer<Row>(sql: string) {
      const database = new DatabaseSync(`${path}.index`, { readOnly: true });
      try {
        return Promise.resolve(database.prepare(sql).all() as Row[]);
      } finally {
        database.close();
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(scratch[Symbol.dispose]()),
  };
}

async function postgresStore(): Promise<ServiceStore> {
  const database = await freshDatabase();
  const { connectionString } = database;
  return {
    dataStore: { dataStore: 'postgres', connectionString },
    connectionString,
    askIndexer: (sql) => database.query(sql.replaceAll(/\bFROM (\w+)/g, 'FROM claircore_indexer.$1')),
    [Symbol.asyncDispose]: async () => await database[Symbol.asyncDispose](),
  };
}
