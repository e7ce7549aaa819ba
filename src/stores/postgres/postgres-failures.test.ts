import { createServer, type AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../../../test/support/postgres.ts';
import type { PostgresDatabase, Sql } from './database.ts';
import { openPostgresDatabase } from './open-database.ts';

const schema = { name: 'claircore_test', migrations: ['CREATE TABLE thing(id int PRIMARY KEY, n int NOT NULL)'] };
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

let fresh: FreshDatabase;
let database: PostgresDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
  database = await openPostgresDatabase({ connectionString: fresh.connectionString }, schema);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await fresh[Symbol.asyncDispose]();
});
beforeEach(() => fresh.query('DELETE FROM claircore_test.thing'));

async function killOwnConnection(sql: Sql): Promise<void> {
  const pid = (await sql.get<{ pid: number }>('SELECT pg_backend_pid() AS pid'))?.pid;
  await fresh.query('SELECT pg_terminate_backend($1)', [pid]);
}

describe('a transaction whose connection breaks', () => {
  it('is made again from its start', async () => {
    let runs = 0;
    await database.write(async (sql) => {
      runs += 1;
      await sql.run('INSERT INTO thing VALUES ($1, $1)', [runs]);
      if (runs === 1) await killOwnConnection(sql);
      await sql.run('UPDATE thing SET n = n + 10');
    });
    expect(await fresh.query('SELECT id, n FROM claircore_test.thing')).toEqual([{ id: 2, n: 12 }]);
  });

  it('is made again when it breaks before the commit is sent, with nothing in between', async () => {
    let runs = 0;
    const result = await database.read(async (sql) => {
      runs += 1;
      if (runs === 1) await killOwnConnection(sql);
      return runs;
    });
    expect(result).toBe(2);
  });

  it('may have been written when it breaks at the commit: told, unless it may be repeated', async () => {
    const once = async (options: { lostCommit?: 'repeat' }): Promise<number> => {
      let runs = 0;
      await database.write(async (sql) => {
        runs += 1;
        await sql.run('INSERT INTO thing VALUES (7, 7) ON CONFLICT DO NOTHING');
        if (runs === 1) await killOwnConnection(sql);
      }, options);
      return runs;
    };
    await expect(once({})).rejects.toMatchObject({ name: 'StoreError', code: 'STORE_LOST' });
    expect(await once({ lostCommit: 'repeat' })).toBe(2);
  });

  it('is not made again when it used up what can be had but once', async () => {
    async function* rows(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('1\t1\n');
    }
    let runs = 0;
    const writing = database.write(async (sql) => {
      runs += 1;
      await sql.copyIn('COPY thing FROM STDIN', rows());
      await killOwnConnection(sql);
      await sql.run('SELECT 1');
    });
    await expect(writing).rejects.toMatchObject({ code: 'STORE_LOST' });
    expect(runs).toBe(1);
    expect(await database.write((sql) => sql.copyIn('COPY thing FROM STDIN', rows).then(() => sql.all('SELECT n FROM thing')))).toEqual([
      { n: 1 },
    ]);
  });

  it('gives up with a coded error when it breaks each time', async () => {
    await expect(database.read(killOwnConnection)).rejects.toMatchObject({ code: 'STORE_LOST' });
    expect(await database.read((sql) => sql.all('SELECT 1 AS n'))).toEqual([{ n: 1 }]);
  });

  it('is ended by the server when its process stands still in the middle, and made again', async () => {
    let runs = 0;
    await database.write(
      async (sql) => {
        runs += 1;
        await sql.run('INSERT INTO thing VALUES ($1, 0)', [runs]);
        if (runs === 1) await pause(500);
      },
      { idleTimeout: 150, lostCommit: 'repeat' },
    );
    expect(await fresh.query('SELECT id FROM claircore_test.thing')).toEqual([{ id: 2 }]);
  });
});

describe("transactions in each other's way", () => {
  it('all come to their end, in whatever order they lock', async () => {
    await fresh.query('INSERT INTO claircore_test.thing SELECT i, 0 FROM generate_series(1, 2) AS i');
    const add = (first: number): Promise<void> =>
      database.write(async (sql) => {
        await sql.run('UPDATE thing SET n = n + 1 WHERE id = $1', [first]);
        await pause(20);
        await sql.run('UPDATE thing SET n = n + 1 WHERE id = $1', [3 - first]);
      });
    await Promise.all([add(1), add(2)]);
    expect(await fresh.query('SELECT n FROM claircore_test.thing')).toEqual([{ n: 2 }, { n: 2 }]);
  });

  it('are made again on a serialization failure', async () => {
    let runs = 0;
    await database.write(async (sql) => {
      runs += 1;
      if (runs < 4) await sql.run(`DO $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '40001'; END $$`);
    });
    expect(runs).toBe(4);
  });

  it('wait for a connection of the pool without a limit', async () => {
    await using small = await openPostgresDatabase({ connectionString: fresh.connectionString, maxConnections: 2 }, schema);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => small.read((sql) => sql.get(`SELECT ${n} AS n, pg_sleep(0.005)`))),
    );
    expect(answers.map((row) => (row as { n: number }).n)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    const open = await fresh.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'claircore'`,
    );
    expect(open[0]?.n).toBeLessThanOrEqual(2 + 11);
  });
});

describe('a server', () => {
  const at = (change: (uri: URL) => void): string => {
    const uri = new URL(fresh.connectionString);
    change(uri);
    return uri.href;
  };
  const open = (connectionString: string) => openPostgresDatabase({ connectionString }, schema);

  it('that takes too long is not waited for', async () => {
    await expect(database.read((sql) => sql.run('SELECT pg_sleep(5)'), { statementTimeout: 100 })).rejects.toMatchObject({
      code: 'STORE_TIMEOUT',
    });
  });

  it('that refuses says why, and the password is in no error', async () => {
    const cases = [
      [at((uri) => (uri.password = 'pass-word-1234')), 'STORE_DENIED'],
      [at((uri) => (uri.username = 'nobody')), 'STORE_DENIED'],
      [at((uri) => (uri.pathname = '/no_such')), 'STORE_DATABASE_UNKNOWN'],
      [at((uri) => (uri.port = '1')), 'STORE_UNREACHABLE'],
      [at((uri) => (uri.host = 'no-such-host.invalid')), 'STORE_UNREACHABLE'],
      [at((uri) => (uri.search = '?sslmode=require')), 'STORE_TLS'],
      [at((uri) => (uri.search = '?sslmode=never')), 'USAGE_OPTION'],
      [at((uri) => (uri.search = '?colour=red')), 'USAGE_OPTION'],
      ['postgres://claircore:test-password@[::', 'USAGE_OPTION'],
    ] as const;
    for (const [connectionString, code] of cases) {
      const error: unknown = await open(connectionString).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code });
      expect(inspect(error, { depth: 8, showHidden: true })).not.toMatch(/test-password|pass-word-1234/);
    }
  });

  it('without TLS is talked to in the clear where that was left open', async () => {
    for (const search of ['', '?sslmode=prefer', '?sslmode=allow']) {
      await using opened = await open(at((uri) => (uri.search = search)));
      expect(await opened.read((sql) => sql.all('SELECT 1 AS n'))).toEqual([{ n: 1 }]);
    }
  });

  it('that says nothing is given up', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => void silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    await expect(open(`postgres://a:b@127.0.0.1:${port}/c?sslmode=disable&connect_timeout=1`)).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
    });
    silent.close();
  });
});
