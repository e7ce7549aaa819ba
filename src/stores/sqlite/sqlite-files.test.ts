import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../../core/index.ts';
import { indexReport, manifestDigest, preparedAdvisory, preparedRow, runUpdate } from '../../testing/store-fixtures.ts';
import { openSqliteIndexerStore, openSqliteMatcherStore } from '../index.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'claircore-files-'));
  path = join(directory, 'claircore.db');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A closed matcher database with some hundred rows. */
async function makeDatabase(): Promise<void> {
  await using store = await openSqliteMatcherStore(path);
  const advisories = Array.from({ length: 600 }, (_, index) => preparedAdvisory(`CVE-${index}`, [preparedRow(`package-${index}`)]));
  await runUpdate(store, 'debian', advisories);
}

describe('a database file', () => {
  it('is readable by nobody else, and so is the directory made for it', async () => {
    const nested = join(directory, 'made', 'here', 'claircore.db');
    await using _store = await openSqliteMatcherStore(nested);
    expect(['', '-wal', '-shm'].map((suffix) => statSync(nested + suffix).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
    expect(['made', 'made/here'].map((part) => statSync(join(directory, part)).mode & 0o777)).toEqual([0o700, 0o700]);
  });

  it('leaves a directory that was there as it was', async () => {
    chmodSync(directory, 0o755);
    await using _store = await openSqliteIndexerStore(path);
    expect(statSync(directory).mode & 0o777).toBe(0o755);
  });

  it('is one file when closed, in write-ahead mode', async () => {
    await makeDatabase();
    expect([existsSync(`${path}-wal`), existsSync(`${path}-shm`)]).toEqual([false, false]);
    const header = readFileSync(path).subarray(18, 20);
    // https://www.sqlite.org/fileformat2.html#file_format_version_numbers: 2 is WAL
    expect([...header]).toEqual([2, 2]);
  });

  it('keeps what was stored from one opening to the next', async () => {
    const digest = manifestDigest('image');
    const report = indexReport(digest, ['bash 5.2']);
    {
      await using store = await openSqliteIndexerStore(path);
      await using lease = await store.locker.lock('manifest:image');
      await store.finishManifest(report, [], lease);
    }
    await using store = await openSqliteIndexerStore(path);
    expect(await store.indexReport(digest)).toEqual(report);
    expect((await store.locker.lock('manifest:image')).fence).toBe(2);
  });

  it('is not written when a feed repeats itself, but for the status', async () => {
    await makeDatabase();
    const before = tables(path);
    await makeDatabase();
    const after = tables(path);
    expect({ ...after, updater: undefined, lease: undefined }).toEqual({ ...before, updater: undefined, lease: undefined });
  });
});

/** Everything in the file by table. */
function tables(file: string): Record<string, unknown> {
  using database = new DatabaseSync(file, { readOnly: true });
  const names = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all() as { name: string }[];
  return Object.fromEntries(names.map(({ name }) => [name, JSON.stringify(database.prepare(`SELECT * FROM ${name}`).all())]));
}

describe('opening', () => {
  const both = [
    ['matcher', openSqliteMatcherStore],
    ['indexer', openSqliteIndexerStore],
  ] as const;

  it.each(both)('refuses a database of another program and leaves it alone (%s)', async (_name, open) => {
    const foreign = new DatabaseSync(path);
    foreign.exec('CREATE TABLE mine(x); INSERT INTO mine VALUES (1)');
    foreign.close();
    const before = readFileSync(path);
    await expect(open(path)).rejects.toMatchObject({ name: 'StoreError', code: 'STORE_NOT_OURS' });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it.each(both)('refuses a file that is no database and leaves it alone (%s)', async (_name, open) => {
    const content = 'a docker archive, say '.repeat(1000);
    writeFileSync(path, content);
    await expect(open(path)).rejects.toMatchObject({ code: 'STORE_NOT_OURS', data: { path } });
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it('takes neither store for the other', async () => {
    await (await openSqliteMatcherStore(path))[Symbol.asyncDispose]();
    await expect(openSqliteIndexerStore(path)).rejects.toMatchObject({ code: 'STORE_NOT_OURS' });
  });

  it('refuses a database of a newer version', async () => {
    await (await openSqliteMatcherStore(path))[Symbol.asyncDispose]();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(openSqliteMatcherStore(path)).rejects.toMatchObject({ code: 'STORE_VERSION', data: { path, version: 99 } });
  });

  it('refuses a directory, and a path below a file', async () => {
    mkdirSync(path);
    await expect(openSqliteMatcherStore(path)).rejects.toMatchObject({ code: 'STORE_OPEN' });
    writeFileSync(join(directory, 'file'), '');
    const error = await openSqliteMatcherStore(join(directory, 'file', 'claircore.db')).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'STORE_OPEN' });
    expect((error as StoreError).cause).toBeDefined();
  });

  it.skipIf(process.getuid?.() === 0)('refuses a file without permission (skipped for root, whom nothing stops)', async () => {
    writeFileSync(path, '', { mode: 0o000 });
    await expect(openSqliteMatcherStore(path)).rejects.toMatchObject({ code: 'STORE_OPEN' });
  });

  it('takes an empty file for a new database', async () => {
    writeFileSync(path, '');
    await using store = await openSqliteMatcherStore(path);
    expect(await store.status()).toEqual([]);
  });
});

describe('a damaged database', () => {
  const queries = Array.from({ length: 600 }, (_, index) => ({
    namespace: 'debian:12',
    name: `package-${index}`,
    kind: 'source' as const,
  }));

  /** Opens and reads everything. */
  async function readAll(): Promise<number> {
    await using store = await openSqliteMatcherStore(path);
    const rows = await store.find(queries);
    await store.texts(rows.map((row) => row.advisory));
    await store.status();
    return rows.length;
  }

  it('is a coded error when it was cut, at whatever place', async () => {
    await makeDatabase();
    const whole = readFileSync(path);
    for (let part = 1; part < 20; part += 1) {
      writeFileSync(path, whole);
      truncateSync(path, Math.floor((whole.length * part) / 20));
      const error = await readAll().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(StoreError);
      expect(['STORE_CORRUPT', 'STORE_NOT_OURS']).toContain((error as StoreError).code);
    }
  });

  it('is a coded error when pages that matter were overwritten; rows are never missed in silence', async () => {
    await makeDatabase();
    const whole = readFileSync(path);
    const outcomes = new Set<string>();
    for (let page = 1; page < whole.length / 4096; page += 3) {
      writeFileSync(path, Buffer.from(whole).fill(0xa5, page * 4096, (page + 1) * 4096));
      const outcome = await readAll().catch((caught: unknown) => caught);
      outcomes.add(outcome instanceof StoreError ? outcome.code : `${String(outcome)} rows`);
    }
    expect([...outcomes].sort()).toEqual(['600 rows', 'STORE_CORRUPT']);
  });

  it('is not repaired by something appended', async () => {
    await makeDatabase();
    appendFileSync(path, 'rubbish');
    expect(await readAll()).toBe(600);
  });
});
