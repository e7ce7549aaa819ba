// node test/bench/store.ts [ROWS…]: what the embedded matcher store takes and gives, on generated advisories.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MatcherStore, PreparedAdvisory } from '../../src/contracts/index.ts';
import { openSqliteMatcherStore } from '../../src/stores/index.ts';
import { median, printRows, type Row } from './measure.ts';
import { generateAdvisories, generateQueries } from './store-data.ts';

/** Rows of one feed: the largest real ones have twice as many. */
const feedRows = 250_000;
const batchSize = 250;
const sizes = process.argv.slice(2).map(Number);

interface Load {
  rows: number;
  /** ms in `stage` and in `commit`; and in the longest commit. */
  stage: number;
  commit: number;
  longest: number;
  /** ms of processor time in both: what a busy machine does not stretch. */
  cpu: number;
}

/** ms of processor time of this process so far. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function loadFeed(store: MatcherStore, feed: number, rows: number, load: Load): Promise<void> {
  const updater = `feed-${feed}`;
  await using lease = await store.locker.lock(`updater:${updater}`);
  await using session = await store.beginUpdate(updater, lease);
  for (const batch of batches(generateAdvisories(rows, feed))) {
    const [began, used] = [performance.now(), cpuTime()];
    await session.stage(batch);
    load.stage += performance.now() - began;
    load.cpu += cpuTime() - used;
  }
  const [began, used] = [performance.now(), cpuTime()];
  const outcome = await session.commit({ fingerprint: '', updaterVersion: 1, bodyDigest: 'sha256:', at: '2024-01-01T00:00:00Z' });
  const took = performance.now() - began;
  load.commit += took;
  load.cpu += cpuTime() - used;
  load.longest = Math.max(load.longest, took);
  load.rows += outcome.rows.after - outcome.rows.before;
}

function* batches(advisories: Iterable<PreparedAdvisory>): Generator<readonly PreparedAdvisory[]> {
  let batch: PreparedAdvisory[] = [];
  for (const advisory of advisories) {
    batch.push(advisory);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function measure(rows: number): Promise<Row[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'claircore-bench-store-'));
  const keep = process.env['CLAIRCORE_BENCH_KEEP'];
  try {
    const path = keep ?? join(scratch, 'matcher.db');
    const load: Load = { rows: 0, stage: 0, commit: 0, longest: 0, cpu: 0 };
    const unchanged: Load = { rows: 0, stage: 0, commit: 0, longest: 0, cpu: 0 };
    await using store = await openSqliteMatcherStore(path);
    const feeds = Math.max(1, Math.round(rows / feedRows));
    for (let feed = 1; feed <= feeds; feed += 1) await loadFeed(store, feed, rows / feeds, load);
    await loadFeed(store, 1, rows / feeds, unchanged);
    return [...loadRows(load, unchanged, statSync(path).size), ...(await findRows(store))].map((row) => ({
      ...row,
      what: `${(load.rows / 1e6).toFixed(1)} M rows: ${row.what}`,
    }));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function loadRows(load: Load, unchanged: Load, bytes: number): Row[] {
  const perSecond = (load.rows / (load.stage + load.commit)) * 1000;
  const perCpuSecond = (load.rows / load.cpu) * 1000;
  const perRow = bytes / load.rows;
  const peak = process.resourceUsage().maxRSS / 1024;
  return [
    {
      what: 'load: stage and commit, without parsing and keys',
      measured: `${(perSecond / 1000).toFixed(0)} k rows/s, ${(perCpuSecond / 1000).toFixed(0)} k a second of processor time (stage ${(load.stage / 1000).toFixed(1)} s, commit ${(load.commit / 1000).toFixed(1)} s)`,
      budget: '≥ 100 k rows/s',
      met: perSecond >= 100_000,
    },
    { what: 'longest write transaction', measured: `${load.longest.toFixed(0)} ms`, budget: '', met: undefined },
    {
      what: 'the first feed again, unchanged',
      measured: `${(unchanged.stage + unchanged.commit).toFixed(0)} ms`,
      budget: '',
      met: undefined,
    },
    {
      what: 'database',
      measured: `${(bytes / 1e6).toFixed(0)} MB, ${perRow.toFixed(0)} bytes a row`,
      budget: '≤ 150 bytes a row',
      met: perRow <= 150,
    },
    { what: 'peak memory of the process', measured: `${peak.toFixed(0)} MiB`, budget: '≤ 512 MiB', met: peak <= 512 },
  ];
}

async function findRows(store: MatcherStore): Promise<Row[]> {
  const queries = generateQueries();
  const times: number[] = [];
  let rows = await store.find(queries);
  for (let run = 0; run < 15; run += 1) {
    const began = performance.now();
    rows = await store.find(queries);
    times.push(performance.now() - began);
  }
  const began = performance.now();
  const texts = await store.texts(rows.map((row) => row.advisory));
  const textTime = performance.now() - began;
  const time = median(times);
  return [
    { what: 'find 1,000 packages, warm', measured: `${time.toFixed(1)} ms (${rows.length} rows)`, budget: '≤ 20 ms', met: time <= 20 },
    { what: `texts of ${texts.size} advisories`, measured: `${textTime.toFixed(0)} ms`, budget: '', met: undefined },
  ];
}

for (const rows of sizes.length > 0 ? sizes : [200_000]) printRows(await measure(rows));
