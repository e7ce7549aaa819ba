// node test/bench/feed-stores.ts [NAME]: loads every real feed of ../shared into each store, one after another, or just those whose name has NAME
// in it (`npm run bench -- --feed NAME`). Each load is a process of its own: memory is its own, rows a second are by wall and by processor time.
// The processor time of PostgreSQL's server is not in it. Some half an hour for all of them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { missing } from '../support/shared-data.ts';
import type { FeedLoad } from './feed-load.ts';
import { printRows, type Row } from './measure.ts';
import { ask, startServer, type Server } from './postgres-server.ts';
import { realFeeds, type RealFeed } from './real-feeds.ts';

const scratch = mkdtempSync(join(tmpdir(), 'claircore-bench-stores-'));
const asked = process.argv[2]?.toLowerCase() ?? '';
/** DESIGN §8; of databases for SQLite alone. */
const budget = { rowsPerSecond: 50_000, memory: 512, rowBytes: 150 } as const;
/** Of fewer rows it is the start of a process and the pages of a small database that are measured. */
const fewRows = 10_000;

function load({ updaters, choice }: RealFeed, database: string, mirror: string): FeedLoad {
  const args = [join(import.meta.dirname, 'feed-load.ts'), database, mirror, updaters, ...(choice === undefined ? [] : [choice])];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })) as FeedLoad;
}

function rateRow(what: string, { rows, phases, peak }: FeedLoad): Row {
  const total = (of: 'wall' | 'cpu'): number => Object.values(phases).reduce((sum, spent) => sum + spent[of], 0);
  const rate = (ms: number): number => (rows / ms) * 1000;
  const [wall, cpu] = [rate(total('wall')), rate(total('cpu'))];
  const spent = Object.entries(phases).map(([phase, { cpu: ms }]) => `${phase} ${(ms / 1000).toFixed(1)}`);
  const text = `${(wall / 1000).toFixed(1)} k rows/s, ${(cpu / 1000).toFixed(1)} of processor time (${spent.join(', ')} s); ${peak.toFixed(0)} MiB`;
  return {
    what: `${what}, ${rows} rows`,
    measured: text,
    budget: `≥ ${budget.rowsPerSecond / 1000} k rows/s, ≤ ${budget.memory} MiB`,
    met: rows < fewRows ? undefined : wall >= budget.rowsPerSecond && peak <= budget.memory,
  };
}

function sizeRow(what: string, bytes: number, rows: number, limit: number | undefined): Row {
  const each = bytes / rows;
  return {
    what: `${what}: database`,
    measured: `${(bytes / 1e6).toFixed(1)} MB, ${each.toFixed(0)} bytes a row`,
    budget: limit === undefined ? '' : `≤ ${limit} bytes a row`,
    met: limit === undefined || rows < fewRows ? undefined : each <= limit,
  };
}

function intoSqlite(feed: RealFeed, mirror: string): readonly Row[] {
  const path = join(scratch, 'feed.db');
  const what = `${feed.name} into SQLite`;
  const empty = emptySize();
  const loaded = load(feed, path, mirror);
  const { size } = statSync(path);
  const again = load(feed, path, mirror);
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  return [
    rateRow(what, loaded),
    sizeRow(what, size - empty, loaded.rows, budget.rowBytes),
    { what: `${what}: the same again`, measured: `${again.added} advisories written`, budget: 'nothing written', met: again.added === 0 },
  ];
}

/** Bytes of a database without a row: of a small feed they would be most of it. */
function emptySize(): number {
  const path = join(scratch, 'empty.db');
  load({ name: '', lay: () => undefined, updaters: '^$' }, path, scratch);
  const { size } = statSync(path);
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  return size;
}

async function intoPostgres(feed: RealFeed, mirror: string, { connectionString }: Server): Promise<readonly Row[]> {
  const name = 'bench_feed';
  const uri = new URL(connectionString);
  uri.pathname = `/${name}`;
  const sizeOf = async (): Promise<number> =>
    Number((await ask<{ bytes: string }>(uri.href, `SELECT pg_database_size('${name}') AS bytes`))?.bytes);
  await ask(connectionString, `CREATE DATABASE ${name}`);
  try {
    const what = `${feed.name} into PostgreSQL`;
    const empty = await sizeOf();
    const loaded = load(feed, uri.href, mirror);
    return [rateRow(what, loaded), sizeRow(what, (await sizeOf()) - empty, loaded.rows, undefined)];
  } finally {
    await ask(connectionString, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

/** Undefined where no server runs here; that is said. */
async function serverHere(): Promise<Server | undefined> {
  try {
    return await startServer(scratch);
  } catch (error) {
    console.log(`PostgreSQL: left out, ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

const why = missing('data/materialise.py', 'data/native-samples/native-samples.tar.zst');
const chosen = realFeeds.filter(({ name }) => name.toLowerCase().includes(asked));
if (why !== undefined) console.log(`real feeds: left out, ${why}`);
else if (chosen.length === 0) console.log(`no feed has ${asked} in its name; there are ${realFeeds.map(({ name }) => name).join(', ')}`);
else {
  try {
    console.log(`${process.version}; load ${loadavg()[0]?.toFixed(1)} on ${cpus().length} processors`);
    await using server = await serverHere();
    for (const feed of chosen) {
      const mirror = join(scratch, 'mirror');
      await feed.lay(mirror);
      printRows([...intoSqlite(feed, mirror), ...(server ? await intoPostgres(feed, mirror, server) : [])]);
      rmSync(mirror, { recursive: true, force: true });
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
