import { describe, expect, it } from 'vitest';
import { parseStreams } from '../../src/ecosystems/distro/rhel/oval-advisory.ts';
import { rpmHeader, writeRpmNdb, type TestRpm } from '../../src/testing/index.ts';
import { writeFeed } from '../support/feed-mirror.ts';
import { aroundNewestFixes, expectedOf, saidByName } from '../support/hydra-truth.ts';
import { missingSamples, nativeSample } from '../support/native-samples.ts';
import { rpmCompareAll } from '../support/naive-rpm.ts';
import { findings, scanReport, type ReportJson } from '../support/report.ts';
import { toOvalDocument, writeOvalMirror } from '../support/rhel-oval-documents.ts';
import { hasTool, missing, scratchDirectory } from '../support/shared-data.ts';
import { hydraPath, readHydra, vexHost, type HydraCve } from '../support/vex-documents.ts';

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;

async function scan(scratch: string, major: string, packages: readonly TestRpm[]): Promise<ReportJson> {
  const feeds = `${scratch}/feeds`;
  writeFeed(
    feeds,
    `${vexHost}/data/metrics/repository-to-cpe.json`,
    '{"data":{"some-rpms":{"cpes":["cpe:/o:redhat:enterprise_linux:8::baseos"]}}}',
  );
  writeFeed(`${scratch}/root`, 'etc/os-release', `ID="rhel"\nNAME="Red Hat Enterprise Linux"\nVERSION_ID="${major}.4"\n`);
  writeFeed(`${scratch}/root`, 'usr/lib/sysimage/rpm/Packages.db', writeRpmNdb(packages.map((one) => rpmHeader(one))));
  return await scanReport([`dir:${scratch}/root`, '--db', `${scratch}/c.db`, '--feed-mirror', feeds, '--feed-source', 'rhel=oval']);
}

const told = ({ verdicts, packages, vulnerabilities }: ReportJson): readonly string[] =>
  verdicts
    .map(({ status, name, reason, package_id: id, vulnerability_id: of }) => {
      const state = of === null ? '' : (vulnerabilities[of] as unknown as { fix_state: string }).fix_state;
      return [packages[id]?.name, name, status, reason, state].filter(Boolean).join(' ');
    })
    .sort();

describe.skipIf(missingSamples !== undefined)(
  `Red Hat's own OVAL${missingSamples === undefined ? '' : ` (skipped: ${missingSamples})`}`,
  () => {
    const release = 'RHEL9/rhel-9-including-unpatched.oval.xml.bz2';
    const product = 'RHEL9/jboss-ws-5-including-unpatched.oval.xml.bz2';

    it.skipIf(!isFull)('judges packages of the release, and no product that is not there', { timeout: 60_000 }, async () => {
      using scratch = scratchDirectory();
      writeOvalMirror(`${scratch.path}/feeds`, { [release]: nativeSample(release), [product]: nativeSample(product) });
      const [old, fixed] = ['91.9.1', '91.9.1'].map((version, index) => ({ version, release: index === 0 ? '1.el9_0~' : '1.el9_0' })) as [
        object,
        object,
      ];
      const report = await scan(scratch.path, '9', [
        { name: 'tar', version: '1.34', release: '3.el9' },
        { name: 'firefox', ...(old as { version: string; release: string }) },
        { name: 'thunderbird', ...(fixed as { version: string; release: string }) },
        { name: 'zlib', version: '1.2.11', release: '31.el9' },
        { name: 'jws5-tomcat', version: '9.0.62', release: '1.el9jws' },
      ]);
      expect(told(report)).toEqual([
        'firefox CVE-2022-1529 affected fixed',
        'firefox CVE-2022-1802 affected fixed',
        'tar CVE-2005-2541 affected will-not-fix',
        'zlib CVE-2002-0059 not_affected',
      ]);
      expect(report.coverage.complete).toBe(true);
      expect(report.coverage.feeds.map(({ updater, state }) => `${updater} ${state}`)).toEqual([
        'rhel-9-oval-updater loaded',
        'rhel-repository-to-cpe loaded',
      ]);
    });

    it('has as many rows as its criteria have comments of packages', async () => {
      const xml = nativeSample(release);
      async function* body(): AsyncGenerator<Uint8Array> {
        yield await Promise.resolve(xml);
      }
      const rows = (await Array.fromAsync(parseStreams(body(), { updater: 'u', major: '9' }))).flatMap(({ name, rows: all }) =>
        all.map((row) => [name, row] as const),
      );
      // 1 tar, 4 zlib; firefox and thunderbird, of two CVEs each
      expect(rows.map(([name, { package: of }]) => `${name} ${of.name}`).sort()).toEqual([
        'CVE-2002-0059 zlib',
        'CVE-2002-0059 zlib-debugsource',
        'CVE-2002-0059 zlib-devel',
        'CVE-2002-0059 zlib-static',
        'CVE-2005-2541 tar',
        'CVE-2022-1529 firefox',
        'CVE-2022-1529 thunderbird',
        'CVE-2022-1802 firefox',
        'CVE-2022-1802 thunderbird',
      ]);
    });
  },
);

const why = !isFull ? 'only in full runs' : missing(hydraPath);

describe.skipIf(why !== undefined)(`the CVEs of Red Hat's API as OVAL${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  it('give for packages around their fixes what an independent calculation gives', { timeout: 180_000 }, async () => {
    using scratch = scratchDirectory();
    const products = new Set(['cpe:/o:redhat:enterprise_linux:8', 'cpe:/a:redhat:enterprise_linux:8']);
    const cves: HydraCve[] = [];
    for await (const cve of readHydra((text) => text.includes('redhat:enterprise_linux:8"'))) if (cve.name >= 'CVE-2022') cves.push(cve);
    writeOvalMirror(`${scratch.path}/feeds`, { 'RHEL8/rhel-8-including-unpatched.oval.xml.bz2': toOvalDocument(cves, '8') });
    const packages = aroundNewestFixes(cves, products, 200);
    const odd: TestRpm = { name: packages[0]?.name ?? '', version: '1 0', release: '1' };
    const report = await scan(scratch.path, '8', [...packages, odd]);
    const said = saidByName(cves, products);
    // Whatever its version is, what has no fix affects it.
    const unfixed = (said.get(odd.name) ?? []).flatMap(({ cve, fixed }) => (fixed === undefined ? [`${odd.name} 1 0-1 ${cve}`] : []));
    expect(findings(report)).toEqual([...packages.flatMap((one) => expectedOf(said, one)), ...new Set(unfixed)].sort());
    const open = report.verdicts.filter(({ reason }) => reason === 'version-unparsable').map(({ name }) => name);
    expect(new Set(open)).toEqual(new Set((said.get(odd.name) ?? []).flatMap(({ cve, fixed }) => (fixed === undefined ? [] : [cve]))));
    const decided = report.verdicts.flatMap(({ evidence }) => (evidence.comparison === undefined ? [] : [evidence.comparison]));
    expect(decided.length).toBeGreaterThanOrEqual(300);
    if (!hasTool('rpm')) return;
    const pairs = [...new Set(decided)].slice(0, 1000).map((comparison) => comparison.split(' < ') as [string, string]);
    expect(new Set(rpmCompareAll(pairs))).toEqual(new Set([-1]));
  });
});
