import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findingsWithFixes } from '../support/deb-root.ts';
import { writeFeed } from '../support/feed-mirror.ts';
import { readNaiveOval } from '../support/naive-oval.ts';
import { naiveRpmCompare } from '../support/naive-rpm.ts';
import { missingSamples, nativeSample } from '../support/native-samples.ts';
import { findings, type ReportJson } from '../support/report.ts';
import type { BenchPackage } from '../support/rpm-bench.ts';
import { writeRpmRoot } from '../support/rpm-root.ts';
import { scanHere } from '../support/scan-here.ts';
import { scratchDirectory } from '../support/shared-data.ts';
import { writeSuseOval, type SuseStatement } from '../support/suse-oval.ts';

const folder = 'ftp.suse.com/pub/projects/security/oval';
const osReleaseOf = (id: string, version: string): string => `ID="${id}"\nVERSION_ID="${version}"\n`;
const packageOf = (name: string, evr: string, arch = 'x86_64'): BenchPackage => ({ name, evr, arch, module: '' });

async function scan(scratch: string, root: string, osRelease: string, packages: readonly BenchPackage[]): Promise<ReportJson> {
  writeRpmRoot(`${scratch}/${root}`, { osRelease, packages, database: 'sqlite' });
  return scanHere([`dir:${scratch}/${root}`, '--db', `${scratch}/c.db`, '--feed-mirror', `${scratch}/feeds`]);
}

const said = ({ verdicts }: ReportJson, status: string): readonly string[] =>
  verdicts
    .filter((each) => each.status === status)
    .map(({ name, reason, evidence }) => [name, evidence.subject, ...(reason === undefined ? [] : [reason])].join(' '));

const own = 'SUSE Linux Enterprise Server 15 SP5';
const below = (version: string): SuseStatement['is'] => ({ below: version });
const statements: readonly SuseStatement[] = [
  { cve: 'CVE-2024-0001', products: ['SUSE Linux Enterprise Server 15 SP4', own], name: 'fixed', is: below('1.0-150500.1') },
  { cve: 'CVE-2024-0002', products: ['SUSE Linux Enterprise Server 15 SP4', 'SUSE Manager Server 4.3'], name: 'fixed', is: below('9-1') },
  { cve: 'CVE-2024-0003', products: ['SUSE Linux Enterprise Module for Basesystem 15 SP5'], name: 'of-module', is: 'affected' },
  { cve: 'CVE-2024-0004', products: [`${own}-LTSS`], name: 'cleared', is: 'not affected' },
  { cve: 'CVE-2024-0005', products: [own], name: 'of-arch', is: below('9-1'), arch: '(aarch64|s390x)' },
  { cve: 'CVE-2024-0006', products: [own], name: 'of-arch', is: below('9-1'), arch: '(s390x|x86_64)' },
  { cve: 'CVE-2024-0007', products: [`${own}-ESPOS`], name: 'unread', is: below('9-1') },
  { cve: 'CVE-2024-0008', products: ['SUSE Linux Enterprise High Performance Computing 15 SP5-LTSS'], name: 'fixed', is: below('2-1') },
];

describe('SUSE Linux Enterprise, from OVAL in the form of its own', () => {
  it(
    'tells fixed, not fixed, not affected, of other products, of other architectures, and what cannot be read',
    { timeout: 60_000 },
    async () => {
      using scratch = scratchDirectory();
      writeFeed(scratch.path, `feeds/${folder}/suse.linux.enterprise.15-sp5-affected.xml.gz`, gzipSync(writeSuseOval(statements)));
      const packages = [
        packageOf('fixed', '1.0-150500.0'),
        packageOf('of-module', '1-1'),
        packageOf('cleared', '1-1'),
        packageOf('of-arch', '1-1'),
        packageOf('unread', '1 beta-1'),
      ];
      const report = await scan(scratch.path, 'root', osReleaseOf('sles', '15.5'), packages);
      expect(findingsWithFixes(report)).toEqual([
        'fixed 1.0-150500.0 CVE-2024-0001 0:1.0-150500.1',
        'fixed 1.0-150500.0 CVE-2024-0008 0:2-1',
        'of-arch 1-1 CVE-2024-0006 0:9-1',
        'of-module 1-1 CVE-2024-0003 -',
      ]);
      expect(said(report, 'not_affected')).toEqual(['CVE-2024-0004 binary cleared']);
      expect(said(report, 'unknown')).toEqual(['CVE-2024-0007 binary unread version-unparsable']);
      // Nothing was compared to tell what every version is.
      const unfixed = report.verdicts.find(({ name }) => name === 'CVE-2024-0003');
      expect(unfixed?.evidence).not.toHaveProperty('introduced');

      const at = await scan(scratch.path, 'at', osReleaseOf('sles', '15.5'), [packageOf('fixed', '2-1')]);
      expect([findings(at), at.coverage.complete]).toEqual([[], true]);
      const other = await scan(scratch.path, 'other', osReleaseOf('sle_hpc', '15.5'), [packageOf('fixed', '1.5-1')]);
      expect(findings(other)).toEqual(['fixed 1.5-1 CVE-2024-0008']);
    },
  );
});

interface Sample {
  readonly id: string;
  readonly version: string;
  readonly file: string;
  readonly isOurs: (product: string) => boolean;
  /** Packages of which something is fixed, and those that are cleared. */
  readonly fixes: number;
  readonly cleared: number;
}

const enterprise =
  (pack: string) =>
  (product: string): boolean =>
    new RegExp(
      `^SUSE Linux Enterprise (?:Server|Server for SAP Applications|Desktop|High Performance Computing|Module for .+) ${pack}(?:-\\w+)?$`,
    ).test(product);
const exactly =
  (wanted: string) =>
  (product: string): boolean =>
    product === wanted;

// How many packages the tests of each document are of: grep over the unpacked samples, whose makers cut most of the tests out.
const samples: readonly Sample[] = [
  { id: 'sles', version: '12.5', file: 'suse.linux.enterprise.12-affected', isOurs: enterprise('12 SP5'), fixes: 0, cleared: 2 },
  { id: 'sles', version: '15.4', file: 'suse.linux.enterprise.15-affected', isOurs: enterprise('15 SP4'), fixes: 0, cleared: 1 },
  {
    id: 'sles',
    version: '16.0',
    file: 'suse.linux.enterprise.16-affected',
    isOurs: exactly('SUSE Linux Enterprise Server 16.0'),
    fixes: 2,
    cleared: 0,
  },
  {
    id: 'sle-micro',
    version: '5.5',
    file: 'suse.linux.enterprise.micro.5-affected',
    isOurs: exactly('SUSE Linux Enterprise Micro 5.5'),
    fixes: 2,
    cleared: 0,
  },
  { id: 'sl-micro', version: '6.1', file: 'suse.linux.micro.6-affected', isOurs: exactly('SUSE Linux Micro 6.1'), fixes: 0, cleared: 7 },
  { id: 'opensuse-leap', version: '15.2', file: 'opensuse.leap.15.2', isOurs: exactly('openSUSE Leap 15.2'), fixes: 1, cleared: 0 },
  { id: 'opensuse', version: '13.2', file: 'opensuse.13.2', isOurs: exactly('openSUSE 13.2'), fixes: 4, cleared: 0 },
  { id: 'opensuse', version: '10.2', file: 'opensuse.10.2', isOurs: exactly('suse102'), fixes: 1, cleared: 0 },
  {
    id: 'sles',
    version: '10.4',
    file: 'suse.linux.enterprise.server.10',
    isOurs: (product) => product.startsWith('sles10-sp4'),
    fixes: 11,
    cleared: 0,
  },
  {
    id: 'opensuse-tumbleweed',
    version: '20240101',
    file: 'opensuse.tumbleweed',
    isOurs: exactly('openSUSE Tumbleweed'),
    fixes: 6,
    cleared: 0,
  },
];

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;

describe.skipIf(missingSamples !== undefined)(
  `samples of SUSE's OVAL${missingSamples === undefined ? '' : ` (skipped: ${missingSamples})`}`,
  () => {
    // One of each kind in a default run: only cleared, of architectures, with a lower end.
    const usual = samples.filter(({ id }) => ['sl-micro', 'sle-micro', 'opensuse-tumbleweed'].includes(id));
    it.each(isFull ? samples : usual)(
      '$id $version, from $file',
      { timeout: 60_000 },
      async ({ id, version, file, isOurs, fixes, cleared }) => {
        using scratch = scratchDirectory();
        const packed = nativeSample(`suse/oval/happy/${file}.xml.gz`);
        writeFeed(scratch.path, `feeds/${folder}/${file}.xml.gz`, packed);
        const definitions = readNaiveOval(gunzipSync(packed).toString('utf8'));
        const platform = (comment: string): boolean | undefined => {
          const product = /^((?:SUSE|openSUSE|Open Enterprise) .*|(?:sles|sled|core|suse)\d[\w-]*) is installed$/.exec(comment)?.[1];
          return product === undefined ? undefined : isOurs(product);
        };
        const machine = { platform, arch: 'x86_64', compare: naiveRpmCompare };
        const named = new Map(
          definitions.flatMap((definition) => definition.fixes.map(([name, fixed]) => [name, fixed.replace(/^0:/, '')] as const)),
        );
        const meant = [...named].filter(([name, fixed]) =>
          definitions.some(({ holds }) => holds({ name, version: `${fixed}~`, arch: 'x86_64', module: '' }, machine)),
        );
        expect(meant).toHaveLength(fixes);
        const others = [...new Set(definitions.flatMap(({ names }) => [...names]))].filter(
          (name) => !named.has(name) && !name.endsWith('-release'),
        );
        for (const [place, suffix] of ['~', '', '^'].entries()) {
          const around = meant.map(([name, fixed]) => packageOf(name, fixed + suffix));
          const report = await scan(scratch.path, `root${place}`, osReleaseOf(id, version), [
            ...around,
            ...others.map((name) => packageOf(name, '1-1')),
          ]);
          const expected = around.flatMap(({ name, evr }) =>
            definitions
              .filter(({ holds }) => holds({ name, version: evr, arch: 'x86_64', module: '' }, machine))
              .flatMap(({ cves }) => cves.map((cve) => `${name} ${evr} ${cve}`)),
          );
          expect(findings(report)).toEqual(expected.sort());
          expect(report.coverage.complete).toBe(true);
          expect(said(report, 'not_affected')).toHaveLength(cleared);
        }
      },
    );
  },
);
