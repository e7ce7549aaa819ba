import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rpmHeader, writeRpmSqlite } from '../../src/testing/index.ts';
import { serveFeeds } from '../support/feed-host.ts';
import { readNaiveOval, type NaiveDefinition, type NaiveMachine } from '../support/naive-oval.ts';
import { naiveRpmCompare, rpmCompareAll } from '../support/naive-rpm.ts';
import { findings, scanReport, type ReportJson } from '../support/report.ts';
import { hasTool, materialiseFeeds, missing, scratchDirectory, sharedPath } from '../support/shared-data.ts';

interface Installed {
  readonly name: string;
  /** `[epoch:]version-release`, as the report writes it. */
  readonly evr: string;
  readonly arch: string;
  readonly module: string;
}

/** Three of each package: just below its fix, at it, just above. */
function around(definitions: readonly NaiveDefinition[], machine: NaiveMachine, most: number): readonly Installed[] {
  const fixes = new Map<string, Installed>();
  for (const { fixes: own, holds } of definitions) {
    for (const [name, fixed, module] of own) {
      if (fixes.size >= most || fixes.has(`${name} ${module}`) || !/^[\w.:~^+-]+-[\w.~^+]+$/.test(fixed)) continue;
      const evr = fixed.replace(/^0:/, '');
      // Only what is of this machine's release and architecture, and regular.
      if (holds({ name, version: `${fixed}~`, arch: machine.arch, module }, machine)) {
        fixes.set(`${name} ${module}`, { name, evr, arch: machine.arch, module });
      }
    }
  }
  return [...fixes.values()].flatMap((fix) => ['~', '', '^'].map((suffix) => ({ ...fix, evr: fix.evr + suffix })));
}

function writeRoot(root: string, osRelease: string, packages: readonly Installed[]): void {
  const headers = packages.map(({ name, evr, arch, module }) => {
    const [, epoch, version = '', release = ''] = /^(?:(\d+):)?([^-]*)-(.*)$/.exec(evr) ?? [];
    const label = module === '' ? {} : { modularityLabel: `${module}:8030020:abcdef` };
    return rpmHeader({
      name,
      version,
      release,
      arch,
      sourceRpm: `${name}-${version}-${release}.src.rpm`,
      ...(epoch && { epoch: Number(epoch) }),
      ...label,
    });
  });
  write(join(root, 'etc/os-release'), osRelease);
  write(join(root, 'usr/lib/sysimage/rpm/rpmdb.sqlite'), writeRpmSqlite(headers));
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** `name version CVE` as OVAL itself is evaluated; two packages that differ in arch or module alone give two lines. */
function expectedFindings(definitions: readonly NaiveDefinition[], machine: NaiveMachine, packages: readonly Installed[]): string[] {
  const byName = new Map<string, NaiveDefinition[]>();
  for (const definition of definitions) {
    if (definition.patchable === 'Not Applicable') continue;
    for (const name of definition.names) {
      const named = byName.get(name);
      if (named) named.push(definition);
      else byName.set(name, [definition]);
    }
  }
  return packages
    .flatMap(({ name, evr, arch, module }) => {
      // A package of a module is meant only where its module is named: what is said of no module is of the package outside of it.
      const meant = (byName.get(name) ?? []).filter(
        ({ fixes }) => module === '' || fixes.some(([of, , from]) => of === name && from === module),
      );
      const holding = meant.filter(({ holds }) => holds({ name, version: evr, arch, module }, machine));
      return [...new Set(holding.flatMap(({ cves }) => cves))].map((cve) => `${name} ${evr} ${cve}`);
    })
    .sort();
}

/** Pairs (installed, bound) that were compared to reach a verdict. */
function decidedPairs(report: ReportJson): readonly (readonly [string, string])[] {
  return report.verdicts.flatMap(({ status, evidence }) => {
    // `installed < fixed`, or `introduced <= installed < fixed`
    const [, left, right] = /(\S+) < (\S+)$/.exec(evidence.comparison ?? '') ?? [];
    return status === 'affected' && left !== undefined && right !== undefined ? [[left, right] as const] : [];
  });
}

interface Case {
  readonly osRelease: string;
  readonly xml: string;
  readonly machine: NaiveMachine;
  readonly feeds: string;
  readonly most: number;
  /** Packages that nothing may be found of. */
  readonly besides?: readonly Installed[];
}

async function judge(scratch: string, { osRelease, xml, machine, feeds, most, besides = [] }: Case): Promise<ReportJson> {
  const definitions = readNaiveOval(xml);
  const packages = around(definitions, machine, most);
  writeRoot(`${scratch}/root`, osRelease, [...packages, ...besides]);
  await using host = await serveFeeds(feeds);
  const report = await scanReport([`dir:${scratch}/root`, '--db', `${scratch}/c.db`, '--feed-mirror', host.url]);
  expect(findings(report)).toEqual(expectedFindings(definitions, machine, packages));
  expect(report.coverage.complete).toBe(true);
  const pairs = decidedPairs(report);
  if (hasTool('rpm')) expect(new Set(rpmCompareAll(pairs))).toEqual(new Set(pairs.length === 0 ? [] : [-1]));
  return report;
}

const machineOf = (platform: NaiveMachine['platform'], arch = 'x86_64'): NaiveMachine => ({ platform, arch, compare: naiveRpmCompare });
const installedIs =
  (wanted: (product: string) => boolean) =>
  (comment: string): boolean | undefined => {
    const product = /^((?:Oracle Linux|SUSE|openSUSE|Open Enterprise) .*) is installed$/.exec(comment)?.[1];
    return product === undefined ? undefined : wanted(product);
  };

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;
const skip = missing('data/materialise.py');
const said = skip === undefined ? '' : ` (skipped: ${skip})`;

describe.skipIf(skip !== undefined)(`root file systems made around the fixes of real OVAL${said}`, () => {
  // A document of 168 MB, and half of it read twice: only in full runs.
  it.skipIf(!isFull).each(['8', '9'])('Oracle Linux %s', { timeout: 120_000 }, async (release) => {
    using scratch = scratchDirectory();
    materialiseFeeds(`${scratch.path}/feeds`, 'linux.oracle.com');
    const path = `${scratch.path}/feeds/linux.oracle.com/security/oval/com.oracle.elsa-all.xml.bz2`;
    const xml = ofRelease(execFileSync('sh', ['-c', `bzip2 -dc '${path}'`], { encoding: 'utf8', maxBuffer: 2 ** 29 }), release);
    // The whole feed is counted beside the parser: here it is definitions of one release.
    writeFileSync(path, gzipSync(xml));
    const machine = { ...machineOf(installedIs((product) => product === `Oracle Linux ${release}`)), ignores: /\.ksplice|_fips$/ };
    // Older than any fix, but of another architecture and of another module.
    const besides: readonly Installed[] = [
      { name: 'openssl-libs', evr: '0.0.1-1', arch: 's390x', module: '' },
      { name: 'nodejs', evr: '0.0.1-1', arch: 'x86_64', module: 'nodejs:nonesuch' },
    ];
    const osRelease = `ID="ol"\nVERSION_ID="${release}.4"\n`;
    const report = await judge(scratch.path, { osRelease, xml, machine, feeds: `${scratch.path}/feeds`, most: 400, besides });
    expect(decidedPairs(report).length).toBeGreaterThanOrEqual(300);
  });

  it.each([
    ['opensuse-leap', '15.2', 'opensuse.leap.15.2.xml.gz', 'openSUSE Leap 15.2'],
    ['opensuse-tumbleweed', '20240101', 'opensuse.tumbleweed.xml.gz', 'openSUSE Tumbleweed'],
    ['sles', '16.0', 'suse.linux.enterprise.16-affected.xml.gz', 'SUSE Linux Enterprise Server 16.0'],
    ['sle-micro', '5.2', 'suse.linux.enterprise.micro.5-affected.xml.gz', 'SUSE Linux Enterprise Micro 5.2'],
  ])('SUSE: %s %s, from samples of the real feed', { timeout: 60_000 }, async (did, versionId, file, product) => {
    using scratch = scratchDirectory();
    const packed = nativeSample(`vuls-data-update/suse/oval/happy/${file}`);
    const served = file.replace('micro.5-', 'micro.5.2-').replace('enterprise.16-', 'enterprise.16.0-');
    write(`${scratch.path}/feeds/ftp.suse.com/pub/projects/security/oval/${served}`, packed);
    const machine = machineOf(installedIs((each) => each === product));
    const osRelease = `ID="${did}"\nVERSION_ID="${versionId}"\n`;
    const xml = gunzipSync(packed).toString('utf8');
    const report = await judge(scratch.path, { osRelease, xml, machine, feeds: `${scratch.path}/feeds`, most: 100 });
    expect(decidedPairs(report).length).toBeGreaterThan(0);
  });
});

/** Of the definitions of one release every fourth, with the tests, objects and states that have their numbers. */
function ofRelease(xml: string, release: string): string {
  const from = xml.indexOf('<definitions>') + '<definitions>'.length;
  const to = xml.indexOf('</definitions>');
  const numberOf = (definition: string): string => /def:(\d+)"/.exec(definition)?.[1] ?? '';
  const definitions = xml.slice(from, to).split(/(?=<definition )/);
  const times = new Map<string, number>();
  for (const each of definitions) times.set(numberOf(each), (times.get(numberOf(each)) ?? 0) + 1);
  // Two definitions of one number share ids of tests: reading those is tested beside the parser, and is not for a naive reader.
  const wanted = definitions
    .filter((each) => times.get(numberOf(each)) === 1 && each.includes(`comment="Oracle Linux ${release} is installed"`))
    .filter((_, index) => index % 4 === 0);
  const numbers = new Set<string | undefined>(wanted.map(numberOf));
  const referred = xml
    .slice(to)
    .split('\n')
    .filter((line) => !line.startsWith('<rpminfo_') || numbers.has(/id="oval:com\.oracle\.elsa:\w+:(\d+)\d{3}"/.exec(line)?.[1]));
  return xml.slice(0, from) + wanted.join('') + referred.join('\n');
}

function nativeSample(path: string): Buffer {
  const command = `zstd -dcq --long=27 '${sharedPath('data/native-samples/native-samples.tar.zst')}' | tar xO --wildcards '*${path}'`;
  return execFileSync('sh', ['-c', command], { maxBuffer: 2 ** 26 });
}
