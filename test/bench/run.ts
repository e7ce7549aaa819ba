// npm run bench [-- IMAGE.tar]: the rows of the design's budget that apply, as ratios in one run, with the budget beside.
// CLAIRCORE_TRIVY names a trivy to measure beside; without it, those rows are left out.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatedImage } from './large-image.ts';
import { median, paired, printRows, runProcess, type Measured, type Row } from './measure.ts';

const runs = Number(process.env['CLAIRCORE_BENCH_RUNS'] ?? 5);
const [given] = process.argv.slice(2);
const image = given ?? generatedImage('.bench/generated-600.oci.tar', 6, 100 * 1024 * 1024);
const trivy = process.env['CLAIRCORE_TRIVY'];
const scratch = mkdtempSync(join(tmpdir(), 'claircore-bench-'));
let serial = 0;

const database = (): string => join(scratch, `${(serial += 1)}.db`);
const cli = (...args: readonly string[]): Promise<Measured> => runProcess(process.execPath, ['bin/claircore.cjs', ...args]);
const wall = (measured: readonly Measured[]): number => median(measured.map((run) => run.wall));
const peak = (measured: readonly Measured[]): number => Math.max(...measured.map((run) => run.peak));
const ms = (value: number): string => `${value.toFixed(0)} ms`;

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
  await runProcess(process.execPath, [
    'bin/claircore.cjs',
    'scan',
    'examples/shop.tar',
    '--db',
    loaded,
    '--feed-mirror',
    'examples/mirror',
  ]);
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
      measured: `${ms(wall(a))} against ${ms(wall(b))}: ${(wall(a) / wall(b)).toFixed(2)}`,
      budget: `≤ 1.25 × + 200 ms = ${ms(bound)}`,
      met: wall(a) <= bound,
    },
    { what: 'scan of a known image, process start included', measured: ms(wall(known)), budget: '≤ 150 ms', met: wall(known) <= 150 },
    { what: 'peak memory of the cold scan', measured: `${peak(a).toFixed(0)} MiB`, budget: '≤ 238 MiB (250 MB)', met: peak(a) <= 238.4 },
  ];
}

async function trivyRows(): Promise<Row[]> {
  if (trivy === undefined) return [];
  const theirs = (): Promise<Measured> =>
    runProcess(trivy, ['image', '--input', image, '--format', 'cyclonedx', '--quiet', '--cache-dir', mkdtempSync(join(scratch, 'trivy-'))]);
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

try {
  console.log(`image: ${image}, ${runs} runs, medians; ${process.version}`);
  printRows([...(await startRows()), ...(await scanRows()), ...(await trivyRows())]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
