import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claircore, type CliResult } from '../support/cli.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { run as runInProcess, type RunResult } from '../support/run-in-process.ts';
import { projectPath } from '../support/shared-data.ts';

const image = projectPath('examples/shop.tar');
const mirror = ['--feed-mirror', projectPath('examples/mirror')];
const directory = mkdtempSync(join(tmpdir(), 'claircore-databases-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => await database[Symbol.asyncDispose]());

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, input = ''): Promise<RunResult> {
  const result = await runInProcess(args, { env, input });
  expect({ code: result.code, stderr: result.stderr }).toMatchObject({ code: 0 });
  return result;
}

const lineOf = (text: string, start: string): string | undefined => text.split('\n').find((line) => line.startsWith(start));

describe('the command line on PostgreSQL', { timeout: 60_000 }, () => {
  it('prints in every command what it prints on files', async () => {
    const outputs: (readonly string[])[] = [];
    for (const db of [join(directory, 'files.db'), database.connectionString]) {
      const at = ['--db', db];
      const update = await run(['update', '--only', 'debian-*', ...mirror, ...at]);
      const scan = await run(['scan', image, '--format', 'json', ...mirror, ...at]);
      const index = await run(['index', image, ...at]);
      const match = await run(['match', '-', '--format', 'json', ...mirror, ...at], {}, index.stdout);
      const feeds = await run(['feeds', '--format', 'json', ...at]);
      outputs.push([lineOf(update.stdout, 'debian-updater') ?? '', scan.stdout, index.stdout, match.stdout, feeds.stdout]);
    }
    const [files, postgres] = outputs;
    expect(postgres).toEqual(files);
    expect(files?.[0]).toMatch(/^debian-updater +updated/);
    expect(files?.[1]).toContain('CVE-2024-5535');
  });

  it('keeps index results elsewhere, in either direction', async () => {
    const results = join(directory, 'results.db');
    await using other = await freshDatabase();
    const scan = ['scan', image, '--format', 'json', ...mirror];
    const there = await run([...scan, '--db', other.connectionString, '--index-db', results]);
    expect(readdirSync(directory).filter((name) => name.startsWith('results.db'))).toContain('results.db');
    expect(existsSync(`${results}.index`)).toBe(false);
    const schemas = () =>
      other.query<{ name: string }>("SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'claircore%' ORDER BY 1");
    expect(await schemas()).toEqual([{ name: 'claircore_matcher' }]);
    const here = await run(scan, { CLAIRCORE_DB: join(directory, 'advisories.db'), CLAIRCORE_INDEX_DB: other.connectionString });
    expect(await schemas()).toEqual([{ name: 'claircore_indexer' }, { name: 'claircore_matcher' }]);
    expect(existsSync(join(directory, 'advisories.db.index'))).toBe(false);
    expect(here.stdout).toBe(there.stdout);
  });
});

describe('a database that cannot be used', { timeout: 60_000 }, () => {
  const failures = async (change: (uri: URL) => void): Promise<readonly CliResult[]> => {
    const uri = new URL(database.connectionString);
    change(uri);
    const at = ['--log-level', 'debug', '--db', uri.href];
    const commands = [['scan', image, ...mirror], ['feeds']];
    return await Promise.all(commands.map((command) => claircore([...command, ...at])));
  };

  it('nobody listens there: 6, said at once, without the password', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    for (const { code, stdout, stderr } of await failures((uri) => ((uri.port = String(port)), (uri.password = 'hidden-word')))) {
      expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
      expect(stderr).toContain(`port: ${port}`);
      expect(stderr).not.toContain('hidden-word');
    }
  });

  it('the database is not there: 6', async () => {
    for (const { code, stderr } of await failures((uri) => (uri.pathname = '/not_there'))) {
      expect(code).toBe(6);
      expect(stderr).toContain('database: not_there');
    }
  });

  it.each([
    ['postgres://user:hidden-word@[::1', 'connection string'],
    ['postgres://user:hidden-word@localhost/db?sslmode=maybe', 'sslmode'],
    ['mysql://user:hidden-word@localhost/db', '--db'],
  ])('an address that cannot be read is wrong usage: %s', async (db, named) => {
    const { code, stdout, stderr } = await claircore(['feeds', '--log-level', 'debug', '--db', db]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(named);
    expect(stderr).not.toContain('hidden-word');
  });
});
