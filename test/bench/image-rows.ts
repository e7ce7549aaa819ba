import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { median, paired, runProcess, type Measured, type Row } from './measure.ts';

export interface ImageBench {
  /** An OCI archive. */
  readonly image: string;
  readonly runs: number;
  readonly scratch: string;
  /** Programs to measure beside; their rows are left out where they are not. */
  readonly trivy: string | undefined;
  readonly snyk: string | undefined;
}

const wall = (measured: readonly Measured[]): number => median(measured.map((run) => run.wall));
const cpu = (measured: readonly Measured[]): number => median(measured.map((run) => run.cpu));
const peak = (measured: readonly Measured[]): number => Math.max(...measured.map((run) => run.peak));
const ms = (value: number): string => `${value.toFixed(0)} ms`;

/** What fails is quick: it must not be measured. */
export async function cli(...args: readonly string[]): Promise<Measured> {
  const measured = await runProcess(process.execPath, ['bin/claircore.cjs', ...args]);
  if (measured.code !== 0) throw new Error(`claircore ${args.join(' ')} failed: ${measured.stderr}`);
  return measured;
}

/** Cold and known, and beside other scanners. */
export async function imageRows(bench: ImageBench): Promise<Row[]> {
  return [...(await scanRows(bench)), ...(await trivyRows(bench)), ...(await snykRows(bench))];
}

async function scanRows({ image, runs, scratch }: ImageBench): Promise<Row[]> {
  const loaded = join(mkdtempSync(join(scratch, 'scan-')), 'c.db');
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

async function beside(what: string, { image, runs, scratch }: ImageBench, theirs: () => Promise<Measured>): Promise<Row> {
  const index = (): Promise<Measured> => cli('index', image, '--db', join(mkdtempSync(join(scratch, 'index-')), 'c.db'), '--quiet');
  const { a, b } = await paired(Math.min(runs, 3), index, theirs);
  const ratio = wall(a) / wall(b);
  const failed = b.find(({ code }) => code !== 0);
  return {
    what: `cold index against ${what}`,
    measured: failed
      ? `theirs failed: ${failed.stderr.trim().split('\n').at(-1)?.slice(0, 80)}`
      : `${ms(wall(a))} against ${ms(wall(b))}: ${ratio.toFixed(2)} (${peak(a).toFixed(0)} against ${peak(b).toFixed(0)} MiB)`,
    budget: '≤ 0.50',
    met: failed ? undefined : ratio <= 0.5,
  };
}

async function trivyRows(bench: ImageBench): Promise<Row[]> {
  const { image, scratch, trivy } = bench;
  if (trivy === undefined) return [];
  // It reads an OCI layout in a directory, not in a tar.
  const layout = mkdtempSync(join(scratch, 'layout-'));
  spawnSync('tar', ['-xf', image, '-C', layout], { stdio: 'inherit' });
  // Java's archives are left out: for those it wants a database from the network.
  const options = ['--format', 'cyclonedx', '--quiet', '--skip-files', '**/*.jar', '--skip-files', '**/*.war'];
  const list = (): Promise<Measured> =>
    runProcess(trivy, ['image', '--input', layout, ...options, '--cache-dir', mkdtempSync(join(scratch, 'trivy-'))]);
  const row = await beside("trivy's package listing", bench, list);
  rmSync(layout, { recursive: true, force: true });
  return [row];
}

async function snykRows(bench: ImageBench): Promise<Row[]> {
  const { image, scratch, snyk } = bench;
  if (snyk === undefined) return [];
  const temporary = join(scratch, 'snyk');
  mkdirSync(temporary, { recursive: true });
  const list = (): Promise<Measured> => runProcess(process.execPath, ['test/bench/snyk-list.ts', snyk, image], { TMPDIR: temporary });
  return [await beside("snyk-docker-plugin's package listing", bench, list)];
}
