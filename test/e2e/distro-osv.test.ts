import { describe, expect, it } from 'vitest';
import { dpkgIsBelow, writeDebRoot } from '../support/deb-root.ts';
import { writeFeed } from '../support/feed-mirror.ts';
import { naiveApkCompare } from '../support/naive-apk.ts';
import { naiveDebCompare } from '../support/naive-deb.ts';
import { naiveRpmCompare, rpmCompareAll } from '../support/naive-rpm.ts';
import { fixesOf, holdsVersion, materialiseSlice, type OsvSlice, type SliceEntry, type SliceRecord } from '../support/osv-slice.ts';
import { findings, type ReportJson } from '../support/report.ts';
import { decidedPairs, writeRpmRoot } from '../support/rpm-root.ts';
import { scanHere } from '../support/scan-here.ts';
import { hasTool, missing, scratchDirectory } from '../support/shared-data.ts';

/** An installed package: what it is called, and by what name and version advisories are held against it. */
interface Installed {
  readonly name: string;
  readonly version: string;
  readonly subject: string;
}

interface Distro {
  /** As `--feed-source` has it. */
  readonly id: string;
  readonly slice: OsvSlice;
  readonly osRelease: string;
  /** Which entries are of the release. */
  readonly isOurs: (ecosystem: string, record: SliceRecord, entry: SliceEntry) => boolean;
  /** Entries taken apart: a name, and what holds versions of it. */
  readonly subjectsOf: (entry: SliceEntry) => readonly (readonly [name: string, entry: SliceEntry])[];
  readonly order: (a: string, b: string) => number;
  readonly around: (fixed: string) => readonly [below: string, at: string, above: string];
  readonly write: (root: string, osRelease: string, packages: readonly Installed[]) => void;
  /** What the distribution's own tool says of the pairs that were compared; true where the first is below the second. */
  readonly tool?: (pairs: readonly (readonly [string, string])[]) => readonly boolean[] | undefined;
  readonly files?: Readonly<Record<string, string>>;
  /** Packages and pairs that the feed has, where those are fewer than what a full run asks for. */
  readonly least?: number;
}

const bySource = (entry: SliceEntry): readonly (readonly [string, SliceEntry])[] => [[entry.package?.name ?? '', entry]];
const isOfCve = ({ id }: SliceRecord): boolean => /(?:^|-)CVE-/.test(id);
const dpkg = (pairs: readonly (readonly [string, string])[]): readonly boolean[] | undefined =>
  hasTool('dpkg') ? dpkgIsBelow(pairs) : undefined;
const rpm = (pairs: readonly (readonly [string, string])[]): readonly boolean[] | undefined =>
  hasTool('rpm') ? rpmCompareAll(pairs).map((order) => order < 0) : undefined;

const deb = {
  subjectsOf: bySource,
  order: naiveDebCompare,
  around: (fixed: string) => [`${fixed}~`, fixed, `${fixed}.1`] as const,
  // A binary package has a version of its own, which tells nothing.
  write: (root: string, osRelease: string, packages: readonly Installed[]) =>
    writeDebRoot(
      root,
      osRelease,
      packages.map(({ name, version, subject }) => ({ name, version: '0~1', source: subject, sourceVersion: version })),
    ),
  tool: dpkg,
};

const binariesOf = ({ ecosystem_specific: { binaries = [] } = {} }: SliceEntry): readonly (readonly [string, SliceEntry])[] =>
  binaries.flatMap((list) =>
    Object.entries(list).map(
      ([name, fixed]) => [name, { ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }] }] as const,
    ),
  );

const suse = {
  subjectsOf: binariesOf,
  order: naiveRpmCompare,
  around: (fixed: string) => [`${fixed}~`, fixed, `${fixed}^`] as const,
  write: (root: string, osRelease: string, packages: readonly Installed[]) =>
    writeRpmRoot(root, {
      osRelease,
      packages: packages.map(({ name, version }) => ({ name, evr: version, arch: 'x86_64', module: '' })),
      database: 'ndb',
    }),
  tool: rpm,
};

const ubuntu = {
  ...deb,
  id: 'ubuntu',
  slice: { packed: 'data/ubuntu/osv-Ubuntu-derived.tar.zst', bucket: 'Ubuntu', naming: '22.04:LTS' },
  osRelease: 'ID=ubuntu\nVERSION_ID="22.04"\n',
};
const proOnly = ({ affected = [] }: SliceRecord, { package: of }: SliceEntry): boolean =>
  !affected.some((other) => other.package?.ecosystem === 'Ubuntu:22.04:LTS' && other.package.name === of?.name);

/** Each with the records that a default run reads of it; a full run reads all of all. */
const distros: readonly (readonly [string, Distro, most: number])[] = [
  [
    'Ubuntu 22.04, as everybody has it',
    {
      ...ubuntu,
      isOurs: (ecosystem, record, entry) =>
        ecosystem === 'Ubuntu:22.04:LTS' || (ecosystem === 'Ubuntu:Pro:22.04:LTS' && proOnly(record, entry)),
      // What Pro alone has is fixed for nobody else.
      subjectsOf: (entry) =>
        entry.package?.ecosystem === 'Ubuntu:22.04:LTS'
          ? bySource(entry)
          : [[entry.package?.name ?? '', { ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }] }]],
    },
    0,
  ],
  [
    'Ubuntu 22.04, with ESM',
    {
      ...ubuntu,
      isOurs: (ecosystem, record, entry) =>
        ecosystem === 'Ubuntu:Pro:22.04:LTS' ||
        (ecosystem === 'Ubuntu:22.04:LTS' &&
          !(record.affected ?? []).some(
            (other) => other.package?.ecosystem === 'Ubuntu:Pro:22.04:LTS' && other.package.name === entry.package?.name,
          )),
      files: { 'etc/apt/sources.list': 'deb https://esm.ubuntu.com/apps/ubuntu jammy-apps-security main\n' },
    },
    400,
  ],
  [
    'SUSE Linux Enterprise Server 15.5',
    {
      ...suse,
      id: 'suse',
      slice: { packed: 'data/osv/SUSE.tar.zst', bucket: 'SUSE', naming: ' 15 SP5' },
      osRelease: 'ID="sles"\nVERSION_ID="15.5"\n',
      isOurs: (ecosystem) =>
        /^SUSE:Linux Enterprise (?:Server|Server for SAP Applications|Desktop|High Performance Computing|Software Development Kit|High Availability Extension|Workstation Extension|Module for .+) 15 SP5(?:-\w+)?$/.test(
          ecosystem,
        ),
    },
    0,
  ],
  [
    'SUSE Linux Enterprise Server 12.5, whose modules are of every service pack',
    {
      ...suse,
      id: 'suse',
      slice: { packed: 'data/osv/SUSE.tar.zst', bucket: 'SUSE', naming: 'Linux Enterprise Module for Web and Scripting 12' },
      least: 260,
      osRelease: 'ID="sles"\nVERSION_ID="12.5"\n',
      isOurs: (ecosystem) =>
        /^SUSE:Linux Enterprise Module for [^\d]+ 12$/.test(ecosystem) ||
        /^SUSE:Linux Enterprise (?:Server|Server for SAP Applications|Desktop|High Performance Computing|Software Development Kit|High Availability Extension|Workstation Extension) 12 SP5(?:-\w+)?$/.test(
          ecosystem,
        ),
    },
    0,
  ],
  [
    'openSUSE Leap 15.5',
    {
      ...suse,
      id: 'suse',
      slice: { packed: 'data/osv/openSUSE.tar.zst', bucket: 'openSUSE', naming: 'openSUSE:Leap 15.5' },
      osRelease: 'ID="opensuse-leap"\nVERSION_ID="15.5"\n',
      isOurs: (ecosystem) => /^openSUSE:Leap 15\.5(?: NonFree)?$/.test(ecosystem),
    },
    50,
  ],
  [
    'openSUSE Tumbleweed',
    {
      ...suse,
      id: 'suse',
      slice: { packed: 'data/osv/openSUSE.tar.zst', bucket: 'openSUSE', naming: 'openSUSE:Tumbleweed' },
      osRelease: 'ID="opensuse-tumbleweed"\nVERSION_ID="20250101"\n',
      isOurs: (ecosystem) => ecosystem === 'openSUSE:Tumbleweed',
    },
    0,
  ],
  [
    'Debian 12',
    {
      ...deb,
      id: 'debian',
      slice: { packed: 'data/osv/Debian.tar.zst', bucket: 'Debian', naming: '"Debian:12"' },
      osRelease: 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
      isOurs: (ecosystem, record) => ecosystem === 'Debian:12' && isOfCve(record),
    },
    70,
  ],
  [
    'Alpine 3.18',
    {
      id: 'alpine',
      slice: { packed: 'data/osv/Alpine.tar.zst', bucket: 'Alpine', naming: '"Alpine:v3.18"' },
      least: 270,
      osRelease: 'ID=alpine\nVERSION_ID=3.18.4\n',
      isOurs: (ecosystem) => ecosystem === 'Alpine:v3.18',
      subjectsOf: bySource,
      order: naiveApkCompare,
      around: (fixed) => [
        fixed.replace(/(-r\d+)?$/, '_rc9$1'),
        fixed,
        fixed.replace(/-r(\d+)$/, (_, revision: string) => `-r${Number(revision) + 1}`),
      ],
      write(root, osRelease, packages) {
        writeFeed(root, 'etc/os-release', osRelease);
        const stanzas = packages.map(({ name, version, subject }) => `P:${name}\nV:${version}\nA:x86_64\no:${subject}\n`);
        writeFeed(root, 'lib/apk/db/installed', `${stanzas.join('\n')}\n`);
      },
    },
    0,
  ],
];

/** Three packages of each name that advisories fix: just below its newest fix, at it, just above. */
function aroundFixes(records: readonly SliceRecord[], { isOurs, subjectsOf, order, around }: Distro, most: number): readonly Installed[] {
  const newest = new Map<string, string>();
  for (const record of records) {
    for (const entry of record.affected ?? []) {
      if (!isOurs(entry.package?.ecosystem ?? '', record, entry)) continue;
      for (const [name, of] of subjectsOf(entry)) {
        for (const fixed of fixesOf(of)) {
          const known = newest.get(name);
          if (fixed !== '0' && (known === undefined || order(known, fixed) < 0)) newest.set(name, fixed);
        }
      }
    }
  }
  const chosen = [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, most);
  return chosen.flatMap(([subject, fixed]) => around(fixed).map((version, place) => ({ name: `${subject}-${place}`, version, subject })));
}

const cvesOf = ({ id, upstream = [], related = [] }: SliceRecord): readonly string[] => {
  const isCve = (each: string): boolean => /^CVE-\d{4}-\d{4,}$/.test(each);
  if (isCve(id)) return [id];
  const named = [upstream, related].map((ids) => ids.filter(isCve)).find((ids) => ids.length > 0);
  return named ?? [id];
};

function expectedOf(
  records: readonly SliceRecord[],
  { isOurs, subjectsOf, order }: Distro,
  packages: readonly Installed[],
): readonly string[] {
  const bySubject = Map.groupBy(packages, ({ subject }) => subject);
  const found = new Set<string>();
  for (const record of records) {
    for (const entry of record.affected ?? []) {
      if (!isOurs(entry.package?.ecosystem ?? '', record, entry)) continue;
      for (const [name, of] of subjectsOf(entry)) {
        for (const one of bySubject.get(name) ?? []) {
          if (holdsVersion(of, one.version, order)) for (const cve of cvesOf(record)) found.add(`${one.name} ${one.version} ${cve}`);
        }
      }
    }
  }
  return [...found].sort();
}

/** rpm knows binary packages alone, and one of a name: each version is installed in a root of its own. */
function rootsOf({ subjectsOf }: Distro, packages: readonly Installed[]): readonly (readonly Installed[])[] {
  if (subjectsOf !== binariesOf) return [packages];
  return [0, 1, 2].map((place) => packages.filter((_, index) => index % 3 === place).map((one) => ({ ...one, name: one.subject })));
}

/** Findings are told under the binary package; Debian's and Ubuntu's has a version of its own. */
function namedBySource(report: ReportJson, distro: Distro): readonly string[] {
  if (distro.write !== deb.write) return findings(report);
  return Object.entries(report.package_vulnerabilities)
    .flatMap(([id, found]) =>
      found.map((each) => [report.packages[id]?.name, report.packages[id]?.source.version, report.vulnerabilities[each]?.name].join(' ')),
    )
    .sort();
}

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;
const skip = missing('data/osv/SUSE.tar.zst', 'data/ubuntu/osv-Ubuntu-derived.tar.zst');
const said = skip === undefined ? '' : ` (skipped: ${skip})`;

describe.skipIf(skip !== undefined)(`root file systems made around the fixes of OSV's records of distributions${said}`, () => {
  it.each(isFull ? distros : distros.filter(([, , most]) => most > 0))(
    '%s',
    { timeout: isFull ? 600_000 : 60_000 },
    async (_name, distro, most) => {
      using scratch = scratchDirectory();
      const records = materialiseSlice(`${scratch.path}/feeds`, isFull ? distro.slice : { ...distro.slice, most });
      const packages = aroundFixes(records, distro, isFull ? 700 : 20);
      expect(packages.length).toBeGreaterThanOrEqual(isFull ? 600 : 60);
      const decided: (readonly [string, string])[] = [];
      const ofPackages: string[] = [];
      for (const [index, installed] of rootsOf(distro, packages).entries()) {
        const root = `${scratch.path}/root${index}`;
        distro.write(root, distro.osRelease, installed);
        for (const [path, content] of Object.entries(distro.files ?? {})) writeFeed(root, path, content);
        const options = { db: `${scratch.path}/c.db`, 'feed-mirror': `${scratch.path}/feeds`, 'feed-source': `${distro.id}=osv` };
        const report = await scanHere([`dir:${root}`, ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)]);
        expect(namedBySource(report, distro)).toEqual(expectedOf(records, distro, installed));
        decided.push(...decidedPairs(report));
        ofPackages.push(
          ...report.verdicts.flatMap(({ status, evidence }) =>
            status === 'affected' && evidence.comparison !== undefined ? [`${evidence.subject} ${evidence.comparison}`] : [],
          ),
        );
      }
      const distinct = [...new Map(decided.map((pair) => [pair.join(' '), pair])).values()];
      // Packages of one source share their versions: a pair is of a package.
      expect(new Set(ofPackages).size).toBeGreaterThanOrEqual(isFull ? (distro.least ?? 300) : 20);
      const asked = isFull ? distinct : distinct.slice(0, 20);
      expect((distro.tool?.(asked) ?? []).filter((isBelow) => !isBelow)).toEqual([]);
    },
  );
});
