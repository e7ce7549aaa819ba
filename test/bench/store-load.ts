import type { MatcherStore, PreparedAdvisory } from '../../src/contracts/index.ts';
import { median, type Row } from './measure.ts';
import { generateAdvisories, generateQueries } from './store-data.ts';

/** Rows of one feed: the largest real ones have twice as many. */
const feedRows = 250_000;
const batchSize = 250;

/** What loading took. */
export interface Load {
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

/** Loads generated feeds with about so many rows in all, then the first of them again. */
export async function loadStore(store: MatcherStore, rows: number): Promise<{ readonly load: Load; readonly unchanged: Load }> {
  const load: Load = { rows: 0, stage: 0, commit: 0, longest: 0, cpu: 0 };
  const unchanged: Load = { rows: 0, stage: 0, commit: 0, longest: 0, cpu: 0 };
  const feeds = Math.max(1, Math.round(rows / feedRows));
  for (let feed = 1; feed <= feeds; feed += 1) await loadFeed(store, feed, rows / feeds, load);
  await loadFeed(store, 1, rows / feeds, unchanged);
  return { load, unchanged };
}

/** The look-ups of one image. @param budget ms */
export async function findRows(store: MatcherStore, budget: number): Promise<Row[]> {
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
    {
      what: 'find 1,000 packages, warm',
      measured: `${time.toFixed(1)} ms, best ${Math.min(...times).toFixed(1)} (${rows.length} rows)`,
      budget: `≤ ${budget} ms`,
      met: time <= budget,
    },
    { what: `texts of ${texts.size} advisories`, measured: `${textTime.toFixed(0)} ms`, budget: '', met: undefined },
  ];
}
