// Packages that the feeds themselves name, at versions just below, at and just above where something begins or ends, installed in a made image:
// what is found is what an independent calculation over the records finds, in the order of the ecosystem's own tool.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerArchive, writeArchive } from '../../src/testing/index.ts';
import { allVersions, chooseInstalled, installers, versionsAtEnds, type Neighbours } from '../support/generated-inventory.ts';
import { scanImage } from '../support/library.ts';
import { naiveFindings, naiveFixes, recordsByPackage, type NaiveOrder, type NaiveOsv, type RawOsvRecord } from '../support/naive-osv.ts';
import { materialiseOsv, readOsv } from '../support/osv-bucket.ts';
import { rankByGo, rankByMaven, rankByRubygems, rankByNodeSemver, rankByPackaging, type Ranker } from '../support/rank-versions.ts';
import { verdictsOf, type ReportJson } from '../support/report.ts';
import { hasTool, missing, scratchDirectory } from '../support/shared-data.ts';

interface Case {
  readonly ecosystem: string;
  readonly namespace: string;
  readonly ranker: Ranker;
  readonly neighbours: Neighbours;
  readonly nameOf?: (name: string) => string;
  readonly isLeftOut?: (name: string) => boolean;
  /** How the scanner writes a version that stands in a record. */
  readonly installedOf?: (version: string, name: string) => string;
}

/** The last number of a version and one. */
const next = (version: string): string => version.replace(/\d+(?=\D*$)/, (digits) => String(BigInt(digits) + 1n));
const semver: Neighbours = { below: (version) => (version.includes('-') ? version.replace(/-.*/, '-0') : `${version}-0`), above: next };

/** What a commit before the first tag has for a pre-release. */
const pseudo = '0.20200101000000-0123456789ab';
const cases: readonly Case[] = [
  { ecosystem: 'crates.io', namespace: 'crates.io', ranker: rankByNodeSemver, neighbours: semver },
  { ecosystem: 'npm', namespace: 'npm', ranker: rankByNodeSemver, neighbours: semver },
  {
    ecosystem: 'PyPI',
    namespace: 'pypi',
    ranker: rankByPackaging,
    neighbours: { below: (version) => `${version}.dev0`, above: (version) => `${version}.post1` },
    nameOf: (name) =>
      name
        .toLowerCase()
        .split(/[-_.]+/)
        .join('-'),
  },
  {
    ecosystem: 'Maven',
    namespace: 'maven',
    ranker: rankByMaven,
    // A number behind a word behind a dot (`4.1.0.Final.1`) stands elsewhere in Maven's code than in its written order.
    neighbours: {
      below: (version) => `${version}-alpha-1`,
      above: (version) => (/^[0-9.]+$/.test(version) ? `${version}.1` : next(version)),
    },
    // Their records write `9.0.0-M1` for the 9.0.0.M1 that was released: to Maven's code one version, to its written order two.
    isLeftOut: (name) => name.startsWith('org.apache.tomcat'),
  },
  {
    ecosystem: 'RubyGems',
    namespace: 'gem',
    ranker: rankByRubygems,
    neighbours: { below: (version) => `${version}.pre`, above: (version) => `${version}.1` },
  },
  {
    ecosystem: 'Go',
    namespace: 'go',
    ranker: rankByGo,
    neighbours: {
      below: (version, name) => (name === 'stdlib' ? `${version.replace(/-.*/, '')}-rc.1` : `${version.replace(/-.*/, '')}-${pseudo}`),
      above: next,
    },
    installedOf: (version, name) => (name === 'stdlib' ? version : `v${version}`),
  },
];

/** There are records with broken text; and pre-releases of patches of Go, which it does not have. */
const isInstallable = (name: string, version: string): boolean =>
  /^[\x21-\x7e]+$/.test(version) && (name !== 'stdlib' || /^\d+\.\d+(\.\d+|\.0-rc\.\d+)$/.test(version));

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;
const versionsEach = 6;
const skip = missing('data/osv/npm.tar.zst') ?? (hasTool('zstd') ? undefined : 'needs zstd');

describe.skipIf(skip !== undefined)(
  `packages of real feeds at the ends of ranges${skip === undefined ? '' : ` (skipped: ${skip})`}`,
  () => {
    it.for(isFull ? cases : cases.slice(0, 1))('$ecosystem', { timeout: 300_000 }, async (of, { skip: skipTest }) => {
      using scratch = scratchDirectory();
      const { ecosystem, neighbours, nameOf, isLeftOut = () => false, installedOf = (version) => version } = of;
      materialiseOsv(scratch.path, ecosystem);
      const records = readOsv(scratch.path, ecosystem) as readonly RawOsvRecord[];
      const about = { ecosystem, ...(nameOf && { nameOf }) };
      const byPackage = recordsByPackage(records, { ...about, order: () => undefined });
      const ends = new Map(
        [...byPackage.keys()].map((name) => [name, versionsAtEnds(byPackage, name, { ...about, order: () => undefined }, neighbours)]),
      );
      const order = of.ranker(allVersions(ends), scratch.path);
      if (!order) return skipTest(`nothing puts the versions of ${ecosystem} in order here`);
      const osv: NaiveOsv = { ...about, order };

      const installed = chooseInstalled(ends, isFull ? 1200 : 120, versionsEach).filter(
        ({ name, version }) => order(version, version, name) === 0 && isInstallable(name, version) && !isLeftOut(name),
      );
      const image = join(scratch.path, 'image.tar');
      const asInstalled = installed.map(({ name, version }) => ({ name, version: installedOf(version, name) }));
      writeArchive(image, dockerArchive([{ layers: [{ tar: installers[ecosystem]?.(asInstalled) ?? expect.fail() }] }]));
      const { report } = await scanImage(image, { db: join(scratch.path, 'c.db'), mirror: scratch.path });
      const said = verdictsOf(report, of.namespace);

      const listed = new Set(Object.values(report.packages).map(({ name, version }) => `${name} ${version}`));
      const lost = asInstalled.map(({ name, version }) => `${name} ${version}`).filter((each) => !listed.has(each));
      expect(lost).toEqual([]);
      const unsure = new Set<string>();
      const expected: string[] = [];
      const fixes = new Map<string, string>();
      const counted = { affected: 0, notAffected: 0 };
      for (const { name, version } of installed) {
        const place = `${name} ${installedOf(version, name)}`;
        const found = naiveFindings(byPackage, { name, version }, osv);
        if (found === undefined) unsure.add(place);
        else counted[found.length > 0 ? 'affected' : 'notAffected'] += 1;
        for (const each of found ?? []) expected.push(`${place} ${each}`);
        for (const [told, fix] of naiveFixes(byPackage, { name, version }, osv)) fixes.set(`${place} ${told}`, fix);
      }
      const isSure = (verdict: string): boolean => !unsure.has(verdict.replace(/ [^ ]+$/, ''));
      expect(said.affected.filter(isSure)).toEqual([...new Set(expected)].sort());
      expect(fixes.size).toBe(new Set(expected).size);
      expect(wrongFixes(report, of.namespace, (verdict) => fixes.get(verdict), order)).toEqual([]);
      // What cannot be compared is said, and nothing else is unknown.
      expect([...new Set(said.unknown.map((verdict) => verdict.replace(/ [^ ]+$/, '')))]).toEqual([...unsure].sort());
      expect(counted.affected).toBeGreaterThan(isFull ? 300 : 100);
      expect(counted.notAffected).toBeGreaterThan(isFull ? 300 : 100);
    });
  },
);

/** Findings whose fix is another than was calculated; another text for the same version is the same. */
function wrongFixes(
  report: ReportJson,
  namespace: string,
  fixOf: (finding: string) => string | undefined,
  order: NaiveOrder,
): readonly string[] {
  return report.verdicts.flatMap(({ package_id, vulnerability_id, name, status, evidence }) => {
    if (status !== 'affected' || evidence['namespace'] !== namespace) return [];
    const { name: of = '', version = '' } = report.packages[package_id] ?? {};
    const [said = '', wanted] = [report.vulnerabilities[vulnerability_id ?? '']?.fixed_in_version, fixOf(`${of} ${version} ${name}`)];
    if (wanted === undefined || said === wanted) return [];
    return said !== '' && wanted !== '' && order(said, wanted, of) === 0 ? [] : [`${of} ${version} ${name}: ${said}, not ${wanted}`];
  });
}
