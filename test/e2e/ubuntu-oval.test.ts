import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { dpkgIsBelow, findingsWithFixes, writeDebRoot, type DebPackage } from '../support/deb-root.ts';
import { writeFeed } from '../support/feed-mirror.ts';
import { naiveDebCompare } from '../support/naive-deb.ts';
import { readNaiveOval } from '../support/naive-oval.ts';
import { missingSamples, nativeSample } from '../support/native-samples.ts';
import type { ReportJson } from '../support/report.ts';
import { scanHere } from '../support/scan-here.ts';
import { hasTool, missing, scratchDirectory } from '../support/shared-data.ts';
import { versionOfNote, writeUbuntuOval, type TrackedCve, type TrackedPackage } from '../support/ubuntu-oval.ts';
import { readUbuntuTracker, ubuntuTracker } from '../support/ubuntu-tracker.ts';

const osRelease = 'ID=ubuntu\nVERSION_ID="22.04"\nVERSION_CODENAME=jammy\nVERSION="22.04.4 LTS (Jammy Jellyfish)"\n';
const esmSource = {
  'etc/apt/sources.list.d/ubuntu-esm-apps.sources':
    'Types: deb\nURIs: https://esm.ubuntu.com/apps/ubuntu\nSuites: jammy-apps-security jammy-apps-updates\nComponents: main\n',
};
const ovalPath = (name: string): string => `security-metadata.canonical.com/oval/com.ubuntu.${name}.cve.oval.xml.bz2`;

type Audience = 'everybody' | 'pro';
type Said = { readonly kind: 'affected'; readonly fixed?: string } | { readonly kind: 'unknown' | 'nothing' };

/** What a statement of the tracker means for a version, from the tracker's own words: no OVAL, nothing of src. */
function judge({ release, status, note }: TrackedPackage, version: string, audience: Audience): Said {
  const fixed = versionOfNote(note);
  const isOfPro = fixed !== undefined && (release.startsWith('esm-') || fixed.includes('esm'));
  switch (status) {
    case 'needed':
    case 'needs-triage':
    case 'deferred':
    case 'ignored':
      return { kind: 'affected' };
    case 'released':
    case 'pending':
    case 'not-affected':
      if (fixed === undefined) return { kind: status === 'released' ? 'unknown' : status === 'pending' ? 'affected' : 'nothing' };
      if (isOfPro && audience === 'everybody') return { kind: 'affected' };
      return naiveDebCompare(version, fixed) < 0 ? { kind: 'affected', fixed } : { kind: 'nothing' };
    default:
      return { kind: 'nothing' };
  }
}

interface Expected {
  readonly findings: readonly string[];
  readonly unknown: readonly string[];
}

function expectedOf(cves: readonly TrackedCve[], packages: readonly DebPackage[], audienceOf: (found: DebPackage) => Audience): Expected {
  const byBinary = new Map<string, (readonly [string, TrackedPackage])[]>();
  for (const { id, packages: tracked } of cves) {
    for (const one of tracked) {
      for (const name of one.binaries) {
        const known = byBinary.get(name);
        if (known) known.push([id, one]);
        else byBinary.set(name, [[id, one]]);
      }
    }
  }
  const [findings, unknown]: [string[], string[]] = [[], []];
  for (const found of packages) {
    for (const [id, one] of byBinary.get(found.name) ?? []) {
      const said = judge(one, found.version, audienceOf(found));
      if (said.kind === 'affected') findings.push(`${found.name} ${found.version} ${id} ${said.fixed ?? '-'}`);
      if (said.kind === 'unknown') unknown.push(`${found.name} ${id}`);
    }
  }
  return { findings: findings.sort(), unknown: unknown.sort() };
}

const unknownOf = ({ verdicts, packages }: ReportJson): readonly string[] =>
  verdicts
    .filter(({ reason }) => reason === 'vendor-undetermined')
    .map(({ package_id, name }) => `${packages[package_id]?.name} ${name}`)
    .sort();

/** Three binary packages of each source, their versions just below, at and just above its newest fix; their source's version tells nothing. */
function aroundFixes(
  cves: readonly TrackedCve[],
  most: number,
): { readonly cves: readonly TrackedCve[]; readonly packages: readonly DebPackage[] } {
  const newest = new Map<string, string>();
  for (const { source, note, status } of cves.flatMap(({ packages }) => packages)) {
    const fixed = status === 'released' ? versionOfNote(note) : undefined;
    const known = newest.get(source);
    if (fixed !== undefined && (known === undefined || naiveDebCompare(known, fixed) < 0)) newest.set(source, fixed);
  }
  const chosen = new Map([...newest].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, most));
  const binariesOf = (source: string): readonly string[] => ['below', 'at', 'above'].map((place) => `${source}-${place}`);
  const packages = [...chosen].flatMap(([source, fixed]) => {
    return [`${fixed}~`, fixed, `${fixed}.1`].map((version, index): DebPackage => {
      return { name: binariesOf(source)[index] ?? '', version, source, sourceVersion: '0~1' };
    });
  });
  const kept = cves.map((cve) => ({
    ...cve,
    packages: cve.packages.flatMap((one) => (chosen.has(one.source) ? [{ ...one, binaries: binariesOf(one.source) }] : [])),
  }));
  return { cves: kept.filter((cve) => cve.packages.length > 0), packages };
}

/** Of a package that both tell of, what a document has: the fix of ESM, else what the release itself says. */
function joined({ packages, ...cve }: TrackedCve): TrackedCve {
  const told = packages.filter(({ status, source }) => status !== 'DNE' && !source.startsWith('linux'));
  const ofSource = Map.groupBy(told, ({ source }) => source);
  return {
    ...cve,
    packages: [...ofSource.values()].flatMap((each) => {
      const esm = each.find(({ release, status }) => release.startsWith('esm-') && status === 'released');
      return esm ?? each.find(({ release }) => !release.startsWith('esm-')) ?? each[0] ?? [];
    }),
  };
}

/** Pairs that were compared, and what dpkg says of them. */
function expectDpkgAgrees({ verdicts }: ReportJson): number {
  const pairs = verdicts.flatMap(({ status, evidence }) => {
    const [left, right] = evidence.comparison?.split(' < ') ?? [];
    return status === 'affected' && left !== undefined && right !== undefined ? [[left, right] as const] : [];
  });
  const distinct = [...new Map(pairs.map((pair) => [pair.join(' '), pair])).values()];
  if (hasTool('dpkg')) expect(dpkgIsBelow(distinct).filter((isBelow) => !isBelow)).toEqual([]);
  return distinct.length;
}

interface Scratch {
  readonly path: string;
}

const scan = (scratch: Scratch, root: string): Promise<ReportJson> =>
  scanHere([`dir:${scratch.path}/${root}`, '--db', `${scratch.path}/c.db`, '--feed-mirror', `${scratch.path}/feeds`]);

/** Of the kinds that Ubuntu's versions have; each source has a number of its own in it. */
const versions = [
  '1.0-1',
  '1:2.3-4ubuntu0.5',
  '0.9.6-2ubuntu0.22.04.2',
  '2.5.0-1ubuntu0.1~esm1',
  '1.0.1f-1ubuntu2.27+esm11',
  '7.68-1',
  '3.1~rc2+dfsg-3build1',
];
const states: readonly (readonly [status: string, note: string])[] = [
  ['needed', ''],
  ['needs-triage', '2024-01-01'],
  ['deferred', '2024-01-01'],
  ['ignored', 'end of life, was needed'],
  ['pending', '9.9-9'],
  ['pending', ''],
  ['released', ''],
  ['not-affected', '1.0-0ubuntu1'],
  ['not-affected', 'code not present'],
  ['DNE', ''],
];

/** A tracker of all there is: fixes of every kind of version, and each status once for every fifth source. */
const madeTracker: readonly TrackedCve[] = Array.from({ length: 66 }, (_, index) => {
  const source = `made${index}`;
  const of = (number: number, status: string, note: string, release = 'jammy'): TrackedCve => ({
    id: `CVE-2024-${10_000 + index * 20 + number}`,
    priority: ['negligible', 'low', 'medium', 'high', 'critical'][index % 5] ?? '',
    packages: [{ source, binaries: [], release, status, note }],
  });
  const others = index % 5 === 0 ? states.map(([status, note], number) => of(number + 1, status, note)) : [];
  const isOfEsm = index % 11 === 0;
  return [
    of(
      0,
      'released',
      isOfEsm ? `4.4.0-${index}` : (versions[index % versions.length] ?? '').replace('-', `.${index}-`),
      isOfEsm ? 'esm-apps/jammy' : 'jammy',
    ),
    ...others,
  ];
}).flat();

describe('an Ubuntu root file system made around the fixes of OVAL as Canonical writes it', () => {
  it('is judged as the tracker says, by version and by who has ESM', { timeout: 60_000 }, async () => {
    using scratch = scratchDirectory();
    const { cves, packages } = aroundFixes(madeTracker, 200);
    expect(packages).toHaveLength(198);
    const odd: DebPackage = { name: 'made1-below', version: 'no version', source: 'made1', sourceVersion: '1' };
    writeFeed(`${scratch.path}/feeds`, ovalPath('jammy'), writeUbuntuOval('jammy', 'Ubuntu 22.04 LTS', cves));
    writeDebRoot(`${scratch.path}/plain`, osRelease, packages);
    writeDebRoot(`${scratch.path}/esm`, osRelease, packages, esmSource);
    writeDebRoot(`${scratch.path}/odd`, osRelease, [odd]);

    // Without sources of ESM, packages whose version is of ESM have it all the same: three versions of every fix of ESM here.
    const plain = await scan(scratch, 'plain');
    const expected = expectedOf(cves, packages, ({ version }) => (/[~+]esm\d/.test(version) ? 'pro' : 'everybody'));
    expect(findingsWithFixes(plain)).toEqual(expected.findings);
    expect(unknownOf(plain)).toEqual(expected.unknown);
    expect(expectDpkgAgrees(plain)).toBeGreaterThanOrEqual(50);
    // What the vendor has not decided is the one gap.
    expect(plain.coverage.gaps.map(({ reason }) => reason)).toEqual(['vendor-undetermined']);
    expect(plain.coverage.feeds.map(({ updater, state }) => `${updater} ${state}`)).toEqual([
      'ubuntu-esm-jammy-updater loaded',
      'ubuntu-jammy-updater loaded',
    ]);

    const esm = await scan(scratch, 'esm');
    const expectedOfEsm = expectedOf(cves, packages, () => 'pro');
    expect(findingsWithFixes(esm)).toEqual(expectedOfEsm.findings);
    expect(expectedOfEsm.findings).not.toEqual(expected.findings);

    const unread = await scan(scratch, 'odd');
    expect(unread.verdicts.filter(({ reason }) => reason === 'version-unparsable').map(({ name }) => name)).toEqual(['CVE-2024-10020']);
  });

  it('never names a fix of ESM to who has none', { timeout: 60_000 }, async () => {
    using scratch = scratchDirectory();
    const fix = (release: string, note: string): TrackedCve => ({
      id: 'CVE-2023-48795',
      priority: 'medium',
      packages: [{ source: 'python-asyncssh', binaries: ['python3-asyncssh'], release, status: 'released', note }],
    });
    writeFeed(
      `${scratch.path}/feeds`,
      ovalPath('jammy'),
      writeUbuntuOval('jammy', 'Ubuntu 22.04 LTS', [fix('jammy', '2.5.0-1ubuntu0.1~esm1')]),
    );
    const found: DebPackage = { name: 'python3-asyncssh', version: '2.5.0-1', source: 'python-asyncssh', sourceVersion: '2.5.0-1' };
    writeDebRoot(`${scratch.path}/plain`, osRelease, [found]);
    const plain = await scan(scratch, 'plain');
    expect(findingsWithFixes(plain)).toEqual(['python3-asyncssh 2.5.0-1 CVE-2023-48795 -']);
    expect(JSON.stringify(plain)).not.toContain('esm');
    expect(plain.coverage.complete).toBe(true);

    writeDebRoot(`${scratch.path}/esm`, osRelease, [found], esmSource);
    const esm = await scan(scratch, 'esm');
    expect(findingsWithFixes(esm)).toEqual(['python3-asyncssh 2.5.0-1 CVE-2023-48795 2.5.0-1ubuntu0.1~esm1']);
    expect(esm.verdicts.map(({ evidence }) => evidence['namespace'])).toEqual(['ubuntu-esm:22.04']);
  });

  it.skipIf(missingSamples !== undefined)('agrees with a naive reading of the real bytes', { timeout: 60_000 }, async () => {
    using scratch = scratchDirectory();
    const packed = nativeSample('ubuntu/oval/oci.com.ubuntu.jammy.cve.oval.xml.bz2');
    writeFeed(`${scratch.path}/feeds`, ovalPath('jammy'), packed);
    const definitions = readNaiveOval(execFileSync('sh', ['-c', 'bzip2 -dc'], { input: packed, encoding: 'utf8' }));
    const fixes = definitions.flatMap((definition) => definition.fixes);
    expect(fixes.map(([name]) => name)).toEqual(expect.arrayContaining(['openssh-client', 'libssh-4']));
    const packages = ['~', '', '.1'].map((suffix) =>
      fixes.map(([name, fixed]): DebPackage => {
        const version = `${fixed.replace(/^0:/, '')}${suffix}`;
        return { name, version, source: name, sourceVersion: version };
      }),
    );
    const counts: number[] = [];
    for (const [index, installed] of packages.entries()) {
      writeDebRoot(`${scratch.path}/root${index}`, osRelease, installed);
      const report = await scan(scratch, `root${index}`);
      const machine = { platform: () => true, arch: '', compare: naiveDebCompare };
      const expected = installed.flatMap((found) =>
        definitions
          .filter(({ holds }) => holds({ ...found, arch: '', module: '' }, { ...machine, platform: () => undefined }))
          .flatMap(({ cves }) => cves.map((cve) => `${found.name} ${found.version} ${cve} ${found.version.slice(0, -1)}`)),
      );
      expect(findingsWithFixes(report)).toEqual(expected.sort());
      expect(report.coverage.complete).toBe(true);
      counts.push(expected.length);
    }
    expect(counts).toEqual([8, 0, 0]);
  });

  const skip = process.env['CLAIRCORE_FULL'] === undefined ? 'only in full runs' : missing(ubuntuTracker);
  it.skipIf(skip !== undefined)('is judged as the real tracker says of 22.04', { timeout: 300_000 }, async () => {
    using scratch = scratchDirectory();
    const { cves, packages } = aroundFixes(readUbuntuTracker('jammy').map(joined), 600);
    expect(packages.length).toBeGreaterThan(900);
    writeFeed(`${scratch.path}/feeds`, ovalPath('jammy'), writeUbuntuOval('jammy', 'Ubuntu 22.04 LTS', cves));
    for (const [root, files] of Object.entries({ plain: {}, esm: esmSource })) {
      writeDebRoot(`${scratch.path}/${root}`, osRelease, packages, files);
      const report = await scan(scratch, root);
      const expected = expectedOf(cves, packages, ({ version }) => (root === 'esm' || /[~+]esm\d/.test(version) ? 'pro' : 'everybody'));
      expect(findingsWithFixes(report)).toEqual(expected.findings);
      expect(unknownOf(report)).toEqual(expected.unknown);
      expect(expectDpkgAgrees(report)).toBeGreaterThanOrEqual(300);
    }
  });
});
