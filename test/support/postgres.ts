import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { inject } from 'vitest';

/** An empty database on the run's server; dropped when it is disposed of, whoever is still connected. */
export interface FreshDatabase extends AsyncDisposable {
  /** For child processes too. */
  readonly connectionString: string;
  /** One statement by a connection of its own, as somebody else on the same database. */
  query<Row>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

let server: Promise<string> | undefined;

/** Connection string of the run's server, started by the first test that asks. */
export function postgresServer(): Promise<string> {
  server ??= askStarter();
  return server;
}

async function askStarter(): Promise<string> {
  const answer = await text(connect(inject('postgresStarter'), '127.0.0.1'));
  if (answer.startsWith('!')) throw new Error(answer.slice(1));
  return answer;
}

/** A new database; its name tells the worker that made it. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const maintenance = await postgresServer();
  const name = `test_${process.env['VITEST_POOL_ID'] ?? '0'}_${randomBytes(6).toString('hex')}`;
  await run(maintenance, `CREATE DATABASE ${name}`);
  const uri = new URL(maintenance);
  uri.pathname = `/${name}`;
  const connectionString = uri.href;
  return {
    connectionString,
    query: <Row>(sql: string, values?: readonly unknown[]) => run<Row>(connectionString, sql, values),
    async [Symbol.asyncDispose]() {
      await run(maintenance, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** Takes away what is in our tables, and leaves them: in a tenth of the time that another database or another schema takes. */
export async function emptyDatabase(database: FreshDatabase): Promise<void> {
  await database.query(`DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
      WHERE schemaname IN ('claircore_indexer', 'claircore_matcher') AND tablename <> 'migration'
    LOOP EXECUTE 'DELETE FROM ' || name; END LOOP; END $$`);
}

async function run<Row>(connectionString: string, sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
  const client = new Client(connectionString);
  // A test may end every connection of its database.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql, values.length > 0 ? [...values] : undefined)).rows as Row[];
  } finally {
    await client.end();
  }
}
