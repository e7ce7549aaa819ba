// node test/bench/feeds.ts [MIRROR]: loading the real Debian and Alpine feeds, a feed ten times as large, and matching over 2 M rows.
// MIRROR is laid out as HOST/PATH; without it the feeds of ../shared are. CLAIRCORE_BENCH_RUNS: how often (5).
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { trackerPath } from '../support/feed-mirror.ts';
import { materialiseFeeds, missing } from '../support/shared-data.ts';
import type { FeedLoad, Phase } from './feed-load.ts';
import type { MatchTimes } from './match-report.ts';
import { median, printRows, runProcess, type Row } from './measure.ts';

const runs = Number(process.env['CLAIRCORE_BENCH_RUNS'] ?? 5);
const scratch = mkdtempSync(join(tmpdir(), 'claircore-bench-feeds-'));
let serial = 0;
const database = (): string => join(scratch, `${(serial += 1)}.db`);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const rate = (rows: number, ms: number): string => `${(rows / ms).toFixed(1)} k rows/s`;

/** What a script beside this one prints as JSON; in a process of its own, so that its memory is its own. */
function script(name: string, ...args: readonly string[]): unknown {
  return JSON.parse(execFileSync(process.execPath, [join(import.meta.dirname, name), ...args], { encoding: 'utf8' }));
}

const load = (path: string, mirror: string, pattern: string): FeedLoad => script('feed-load.ts', path, mirror, pattern) as FeedLoad;
const total = ({ phases }: FeedLoad, of: 'wall' | 'cpu'): number => Object.values(phases).reduce((sum, spent) => sum + spent[of], 0);

/** The same feed into new databases. */
function loadRows(what: string, mirror: string, pattern: string): Row[] {
  const loads: FeedLoad[] = [];
  const again: FeedLoad[] = [];
  let bytes = 0;
  for (let run = 0; run < runs; run += 1) {
    const path = database();
    loads.push(load(path, mirror, pattern));
    bytes = statSync(path).size;
    again.push(load(path, mirror, pattern));
    rmSync(path);
  }
  const rows = loads[0]?.rows ?? 0;
  const [wall, cpu] = [median(loads.map((one) => total(one, 'wall'))), median(loads.map((one) => total(one, 'cpu')))];
  const phase = (name: Phase): string => `${name} ${seconds(median(loads.map(({ phases }) => phases[name].cpu)))}`;
  const peak = Math.max(...loads.map((one) => one.peak));
  const written = Math.max(...again.map(({ added }) => added));
  return [
    {
      what: `${what}: load of ${rows} rows`,
      measured: `${rate(rows, wall)}, ${rate(rows, cpu)} of processor time (${phase('parse')}, ${phase('prepare')}, ${phase('stage')}, ${phase('commit')})`,
      budget: '≥ 50 k rows/s',
      met: rows / wall >= 50,
    },
    { what: `${what}: peak memory`, measured: `${peak.toFixed(0)} MiB`, budget: '≤ 512 MiB', met: peak <= 512 },
    {
      what: `${what}: database`,
      measured: `${(bytes / 1e6).toFixed(1)} MB, ${(bytes / rows).toFixed(0)} bytes a row`,
      budget: '≤ 150 bytes a row',
      met: bytes / rows <= 150,
    },
    {
      what: `${what}: the same again, read and compared`,
      measured: `${seconds(median(again.map((one) => total(one, 'wall'))))}, ${written} advisories written`,
      budget: 'nothing written',
      met: written === 0,
    },
  ];
}

/** All feeds by the command line, in one process, from its start to its end; then again, when nothing changed. */
async function commandRows(mirror: string): Promise<Row[]> {
  const first: number[] = [];
  const second: number[] = [];
  const path = database();
  const update = (): ReturnType<typeof runProcess> =>
    runProcess(process.execPath, ['bin/claircore.cjs', 'update', '--db', path, '--feed-mirror', mirror, '--quiet']);
  let peak = 0;
  for (let run = 0; run < runs; run += 1) {
    const loaded = await update();
    first.push(loaded.wall);
    peak = Math.max(peak, loaded.peak);
    second.push((await update()).wall);
    rmSync(path);
  }
  return [
    {
      what: 'claircore update, all feeds',
      measured: `${seconds(median(first))}, ${peak.toFixed(0)} MiB`,
      budget: '≤ 512 MiB',
      met: peak <= 512,
    },
    { what: 'claircore update again, unchanged', measured: seconds(median(second)), budget: '', met: undefined },
  ];
}

/** Debian's tracker ten times over: names, ids and texts altered, so that nothing is shared between the copies. */
function writeLargeTracker(mirror: string, into: string, copies: number): void {
  type Tracker = Record<string, Record<string, { description?: string }>>;
  const tracker = JSON.parse(readFileSync(join(mirror, trackerPath), 'utf8')) as Tracker;
  const file = join(into, trackerPath);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '{');
  let isFirst = true;
  for (let copy = 0; copy < copies; copy += 1) {
    for (const [name, records] of Object.entries(tracker)) {
      const altered = Object.entries(records).map(([id, record]) => [
        `${id}${copy}`,
        { ...record, description: `${copy} ${record.description ?? ''}` },
      ]);
      appendFileSync(file, `${isFirst ? '' : ','}${JSON.stringify(`${name}-${copy}`)}:${JSON.stringify(Object.fromEntries(altered))}`);
      isFirst = false;
    }
  }
  appendFileSync(file, '}');
}

function largeRows(mirror: string): Row[] {
  const into = join(scratch, 'large');
  writeLargeTracker(mirror, into, 10);
  const loaded = load(database(), into, 'debian');
  const bytes = statSync(join(into, trackerPath)).size;
  return [
    {
      what: `ten times Debian's feed, ${(bytes / 1e6).toFixed(0)} MB, ${loaded.rows} rows`,
      measured: `${rate(loaded.rows, total(loaded, 'wall'))}, longest write ${seconds(loaded.phases.commit.wall)}`,
      budget: '≥ 50 k rows/s',
      met: loaded.rows / total(loaded, 'wall') >= 50,
    },
    { what: 'ten times Debian: peak memory', measured: `${loaded.peak.toFixed(0)} MiB`, budget: '≤ 512 MiB', met: loaded.peak <= 512 },
  ];
}

async function matchRows(): Promise<Row[]> {
  const path = database();
  await runProcess(process.execPath, [join(import.meta.dirname, 'store.ts'), '2000000'], { CLAIRCORE_BENCH_KEEP: path });
  const { scan, best, find, first, findings, packages } = script('match-report.ts', path) as MatchTimes;
  return [
    {
      what: `scan of ${packages} packages over 2 M rows, without texts, warm`,
      measured: `${scan.toFixed(1)} ms, at best ${best.toFixed(1)} (of it the store ${find.toFixed(1)}; first ${first.toFixed(0)}; ${findings} findings)`,
      budget: '≤ 20 ms',
      met: scan <= 20,
    },
  ];
}

function mirrorOf(given: string | undefined): string | undefined {
  if (given !== undefined) return given;
  const why = missing('data/materialise.py');
  if (why !== undefined) {
    console.log(`real feeds: left out, ${why}`);
    return undefined;
  }
  const mirror = join(scratch, 'mirror');
  materialiseFeeds(mirror, 'secdb.alpinelinux.org', 'security-tracker.debian.org');
  return mirror;
}

const load1 = (): string => `load ${loadavg()[0]?.toFixed(1)} on ${cpus().length} processors`;
try {
  const mirror = mirrorOf(process.argv[2]);
  console.log(`${runs} runs, medians; ${process.version}; ${load1()}`);
  const rows: Row[] = [];
  if (mirror !== undefined) {
    rows.push(...loadRows('Debian', mirror, '^debian'), ...loadRows('Alpine', mirror, '^alpine'));
    if (existsSync('dist')) rows.push(...(await commandRows(mirror)));
    rows.push(...largeRows(mirror));
  }
  printRows([...rows, ...(await matchRows())]);
  console.log(load1());
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
