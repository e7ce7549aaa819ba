import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStandInPooler } from './stand-in-pooler.ts';

/** A transaction pooler before a server: a client has another connection of the server in each of its transactions. */
export interface Pooler extends AsyncDisposable {
  /** The same user and database, through the pooler. */
  readonly connectionString: string;
}

export type PoolerKind = 'pgbouncer' | 'stand-in';

const pgbouncer = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'].find((path) => existsSync(path));

/** Those that can be had on this machine. */
export const poolerKinds: readonly PoolerKind[] = pgbouncer === undefined ? ['stand-in'] : ['pgbouncer', 'stand-in'];

/** @param connectionString of the server; the user's password is in it */
export async function startPooler(connectionString: string, kind: PoolerKind = poolerKinds[0] ?? 'stand-in'): Promise<Pooler> {
  const server = new URL(connectionString);
  if (kind === 'pgbouncer' && pgbouncer !== undefined) return await startPgbouncer(pgbouncer, server);
  const standIn = await startStandInPooler(server);
  return { connectionString: at(server, standIn.port), [Symbol.asyncDispose]: () => standIn.close() };
}

function at(server: URL, port: number): string {
  const pooled = new URL(server);
  pooled.hostname = '127.0.0.1';
  pooled.port = String(port);
  return pooled.href;
}

async function startPgbouncer(program: string, server: URL): Promise<Pooler> {
  const directory = mkdtempSync(join(tmpdir(), 'claircore-pgbouncer-'));
  // It does not run as root: it becomes the user of the server, who must get through.
  chmodSync(directory, 0o755);
  const port = await freePort();
  const users = join(directory, 'users.txt');
  const configuration = join(directory, 'pgbouncer.ini');
  writeFileSync(users, `"${decodeURIComponent(server.username)}" "${decodeURIComponent(server.password)}"\n`);
  writeFileSync(
    configuration,
    `[databases]
* = host=${server.hostname} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${users}
pool_mode = transaction
server_round_robin = 1
default_pool_size = 6
max_client_conn = 500
`,
  );
  const asUser = process.getuid?.() === 0 ? ['-u', 'postgres'] : [];
  const child = spawn(program, ['-q', ...asUser, configuration], { stdio: 'ignore' });
  await untilListening(child, port);
  return {
    connectionString: at(server, port),
    async [Symbol.asyncDispose]() {
      const ended = child.exitCode === null ? once(child, 'exit') : undefined;
      child.kill('SIGKILL');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) break;
    const socket = connect(port, '127.0.0.1');
    const isOpen = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await sleep(25);
  }
  child.kill('SIGKILL');
  throw new Error('pgbouncer did not start');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}
