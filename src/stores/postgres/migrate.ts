import { StoreError } from '../../core/index.ts';
import type { PostgresDatabase } from './database.ts';
import type { Sql } from './sql.ts';

/** One store's tables: an SQL schema of their own, so that both stores fit into one database. */
export interface Schema {
  /** Name of the SQL schema. */
  readonly name: string;
  /** Forward only: a migration that was ever released is never edited. The n-th makes version n. */
  readonly migrations: readonly string[];
}

/** ms that a process waits for another one that migrates: an index over millions of rows takes minutes. */
const patience = 15 * 60_000;

/**
 * Makes the schema, or brings it up to date; where migrations are off, only sees to it that it is.
 * Any number of processes may do it at once: the first does it, the others wait for it.
 * @throws StoreError `STORE_NOT_OURS`, `STORE_VERSION`, `STORE_OUTDATED`, `STORE_DENIED`
 */
export async function prepareSchema(database: PostgresDatabase, schema: Schema, migrations: boolean): Promise<void> {
  const known = schema.migrations.length;
  const version = await database.read((sql) => schemaVersion(sql, database, schema));
  if (version === known) return;
  if (version > known) throw new StoreError('STORE_VERSION', { ...database.place, schema: schema.name, version, known });
  if (!migrations) throw new StoreError('STORE_OUTDATED', { ...database.place, schema: schema.name, version, known });
  await database.write((sql) => migrate(sql, database, schema), { statementTimeout: patience, idleTimeout: patience });
}

async function migrate(sql: Sql, database: PostgresDatabase, schema: Schema): Promise<void> {
  // Held to the end of the transaction: also through a pooler.
  await sql.run('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`claircore migrations ${schema.name}`]);
  const version = await schemaVersion(sql, database, schema);
  // Another process that is newer than this one was faster.
  if (version > schema.migrations.length) throw new StoreError('STORE_VERSION', { ...database.place, schema: schema.name, version });
  if (version === 0) await makeSchema(sql, schema);
  for (const [index, migration] of schema.migrations.entries()) {
    if (index < version) continue;
    await sql.run(migration);
    await sql.run('INSERT INTO migration(version) VALUES ($1)', [index + 1]);
  }
}

/** An empty schema that somebody with more rights made for us is taken as it is. */
async function makeSchema(sql: Sql, schema: Schema): Promise<void> {
  const found = await sql.get('SELECT 1 AS found FROM pg_namespace WHERE nspname = $1', [schema.name]);
  if (!found) await sql.run(`CREATE SCHEMA ${schema.name}`);
  await sql.run('CREATE TABLE migration(version int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())');
}

/** 0 where there is nothing yet. */
async function schemaVersion(sql: Sql, database: PostgresDatabase, schema: Schema): Promise<number> {
  const found = await sql.get<{ tables: number; isOurs: boolean }>(
    `SELECT count(*)::int AS tables, coalesce(bool_or(relname = 'migration'), false) AS "isOurs"
     FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND relkind IN ('r', 'p', 'v')`,
    [schema.name],
  );
  if (!found || found.tables === 0) return 0;
  if (!found.isOurs) throw new StoreError('STORE_NOT_OURS', { ...database.place, schema: schema.name });
  const row = await sql.get<{ version: number }>('SELECT coalesce(max(version), 0) AS version FROM migration');
  return row?.version ?? 0;
}
