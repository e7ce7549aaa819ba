import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../../../test/support/postgres.ts';
import type { PostgresDatabase } from './database.ts';
import type { Schema } from './migrate.ts';
import { openPostgresDatabase } from './open-database.ts';

const first: Schema = { name: 'claircore_test', migrations: ['CREATE TABLE thing(id int PRIMARY KEY, body bytea); SELECT pg_sleep(0.2)'] };
const second: Schema = { ...first, migrations: [...first.migrations, 'ALTER TABLE thing ADD COLUMN name text'] };

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh[Symbol.asyncDispose]());

const open = (schema: Schema, more = {}): Promise<PostgresDatabase> =>
  openPostgresDatabase({ connectionString: fresh.connectionString, ...more }, schema);

describe('opening', () => {
  it('makes the schema once, however many do it at once', async () => {
    const opened = await Promise.all(Array.from({ length: 10 }, () => open(first)));
    for (const database of opened) {
      expect(await database.read((sql) => sql.all('SELECT version FROM migration'))).toEqual([{ version: 1 }]);
      await database[Symbol.asyncDispose]();
    }
  });

  it('brings an older one up to date unless told not to, and leaves a newer one alone', async () => {
    await expect(open(second, { migrations: false })).rejects.toMatchObject({ code: 'STORE_OUTDATED' });
    const opened = await Promise.all(Array.from({ length: 5 }, () => open(second)));
    for (const database of opened) await database[Symbol.asyncDispose]();
    await expect(open(first)).rejects.toMatchObject({ code: 'STORE_VERSION', data: { version: 2, known: 1 } });
    await using current = await open(second, { migrations: false });
    expect(await current.read((sql) => sql.all('SELECT name FROM thing'))).toEqual([]);
  });
});
