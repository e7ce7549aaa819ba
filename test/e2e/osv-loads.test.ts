// The whole of OSV's records that are at hand, into each store: every record is used or left out for a reason that is told, and the rows are as
// many as an independent reading of the records gives.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLibvuln, openMatcherStore, selectUpdaterSets, type DataStoreOptions, type FeedChoice } from '../../src/defaults/index.ts';
import { createFeedClient } from '../../src/runtime/index.ts';
import { versionSchemes, type VersionScheme } from '../../src/versions/index.ts';
import { eventsOf, naiveRows, type NaiveOrder, type RawOsvRecord } from '../support/naive-osv.ts';
import { materialiseOsv, readOsv } from '../support/osv-bucket.ts';
import { freshDatabase } from '../support/postgres.ts';
import {
  rankByGo,
  rankByMaven,
  rankByRubygems,
  rankByNodeSemver,
  rankByPackaging,
  type Ranker,
  type VersionsByPackage,
} from '../support/rank-versions.ts';
import { missing, scratchDirectory, sharedPath } from '../support/shared-data.ts';

interface Feed {
  readonly ecosystem: string;
  readonly updater: string;
  readonly choice?: FeedChoice;
  readonly count?: (records: readonly RawOsvRecord[]) => ReturnType<typeof naiveRows>;
  /** Languages: rows are counted a second time. Of distributions they are elsewhere, in the tests of their feeds. */
  readonly ranker?: Ranker;
  readonly nameOf?: (name: string) => string;
  /** Rows fewer than counted: listed versions that lie in a range in the one order and not in the other. */
  readonly orderedOtherwise?: number;
}

/** Where no tool of theirs is to be had, the order is ours, and only the reading is independent. */
const byScheme =
  (id: string): Ranker =>
  () => {
    const scheme = versionSchemes.get(id) as VersionScheme;
    return (a, b) => {
      const [x, y] = [scheme.parse(a), scheme.parse(b)];
      return x.ok && y.ok ? scheme.compare(x.value, y.value) : undefined;
    };
  };

/** An advisory about vulnerabilities: for each of them, distinct releases, packages, fixes and streams of modules. */
function countAlma(records: readonly RawOsvRecord[]): ReturnType<typeof naiveRows> {
  const counted = { used: 0, rows: 0 };
  for (const { id, affected = [], ...rest } of records) {
    const { related = [], summary = '' } = rest as { readonly related?: readonly string[]; readonly summary?: string };
    const cves = new Set(related.filter((each) => each.startsWith('CVE-')));
    if (!id.startsWith('ALSA') && cves.size === 0) continue;
    const streams = summary.split(/[\s,()]+/).filter((word) => /^\w[\w.+-]*:[\w.+-]+$/.test(word));
    const rows = affected.flatMap(({ package: of, ranges = [] }) => {
      const said = JSON.stringify(ranges);
      return (/\.module_el/.test(said) ? streams : ['']).map((stream) => `${of?.ecosystem} ${of?.name} ${stream} ${said}`);
    });
    if (rows.length > 0) counted.used += 1;
    counted.rows += new Set(rows).size * Math.max(1, cves.size);
  }
  return counted;
}

const lowerCase = (name: string): string => name.toLowerCase();
const feeds: readonly Feed[] = [
  { ecosystem: 'crates.io', updater: 'crates.io-osv-updater', ranker: rankByNodeSemver },
  { ecosystem: 'npm', updater: 'npm-osv-updater', ranker: rankByNodeSemver },
  {
    ecosystem: 'PyPI',
    updater: 'pypi-osv-updater',
    ranker: rankByPackaging,
    nameOf: (name) =>
      name
        .toLowerCase()
        .split(/[-_.]+/)
        .join('-'),
  },
  // To Maven 3.8 `.M9` is `-M9`, to its written order, which is ours, it is not: GHSA-f4qf-m5gf-8jm8 (7) and GHSA-qmgj-5h75-jr67 (6).
  { ecosystem: 'Maven', updater: 'maven-osv-updater', ranker: rankByMaven, orderedOtherwise: 13 },
  { ecosystem: 'RubyGems', updater: 'gem-osv-updater', ranker: rankByRubygems },
  { ecosystem: 'Go', updater: 'go-osv-updater', ranker: rankByGo },
  { ecosystem: 'Packagist', updater: 'composer-osv-updater', ranker: byScheme('packagist'), nameOf: lowerCase },
  { ecosystem: 'NuGet', updater: 'nuget-osv-updater', ranker: byScheme('nuget'), nameOf: lowerCase },
  { ecosystem: 'Bitnami', updater: 'bitnami-osv-updater', ranker: byScheme('semver') },
  { ecosystem: 'Red Hat', updater: 'rhel-osv-updater', choice: { distribution: 'rhel', feed: 'osv' } },
  { ecosystem: 'Debian', updater: 'debian-osv-updater', choice: { distribution: 'debian', feed: 'osv' } },
  { ecosystem: 'Alpine', updater: 'alpine-osv-updater', choice: { distribution: 'alpine', feed: 'osv' } },
  { ecosystem: 'Rocky Linux', updater: 'rocky-osv-updater' },
  { ecosystem: 'AlmaLinux', updater: 'alma-osv-updater', choice: { distribution: 'alma', feed: 'osv' }, count: countAlma },
  { ecosystem: 'SUSE', updater: 'suse-osv-updater', choice: { distribution: 'suse', feed: 'osv' } },
  { ecosystem: 'openSUSE', updater: 'opensuse-osv-updater', choice: { distribution: 'suse', feed: 'osv' } },
];

const archiveOf = (ecosystem: string): string => `data/osv/${ecosystem.replaceAll(' ', '_')}.tar.zst`;

/** Records of an archive, counted by tar. */
function recordsIn(ecosystem: string): number {
  const script = 'zstd -dcq --long=27 "$0" | tar -t | grep -c "[.]json$"';
  return Number(execFileSync('sh', ['-c', script, sharedPath(archiveOf(ecosystem))], { encoding: 'utf8', maxBuffer: 2 ** 26 }));
}

interface Loaded {
  readonly used: number;
  /** By reason. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly rows: number;
}

async function load(dataStore: DataStoreOptions, mirror: string, { updater, choice }: Feed): Promise<Loaded> {
  await using client = createFeedClient({ mirror });
  const updaterSets = selectUpdaterSets(choice && [choice]);
  await using libvuln = await openLibvuln({ ...dataStore, feeds: client, updaterSets, initialUpdate: 'none' });
  const [result] = await libvuln.update({ only: new RegExp(`^${updater}$`) });
  if (result?.kind !== 'updated') return expect.fail(`${updater}: ${JSON.stringify(result)}`);
  const skipped = result.diagnostics.filter(({ data }) => data['of'] === 'records');
  await using store = await openMatcherStore(dataStore);
  const { added } = await store.diff(0, result.outcome.operation ?? 0, updater);
  return {
    used: new Set(added.map(({ part }) => part)).size,
    skipped: Object.fromEntries(skipped.map(({ data }) => [String(data['reason']), Number(data['records'])])),
    rows: result.outcome.rows.after,
  };
}

function independent(
  records: readonly RawOsvRecord[],
  { ecosystem, ranker, nameOf = (name) => name }: Feed,
  scratch: string,
): ReturnType<typeof naiveRows> | undefined {
  const versions = new Map<string, Set<string>>();
  for (const entry of records.flatMap(({ affected = [] }) => affected)) {
    const { package: of, versions: listed = [] } = entry;
    if (of?.ecosystem !== ecosystem) continue;
    const all = versions.get(nameOf(of.name)) ?? new Set();
    versions.set(nameOf(of.name), all);
    for (const version of [...listed, ...eventsOf(entry).flatMap((events) => events.flatMap((event) => Object.values(event)))])
      all.add(version);
  }
  const order: NaiveOrder | undefined = ranker?.(versions satisfies VersionsByPackage, scratch);
  return order && naiveRows(records, { ecosystem, order, nameOf });
}

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;
const skip = missing(...feeds.map(({ ecosystem }) => archiveOf(ecosystem))) ?? (isFull ? undefined : 'only in full runs');

describe.skipIf(skip !== undefined)(`every record of OSV at hand${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  it.for(feeds)('$ecosystem', { timeout: 600_000 }, async (feed) => {
    using scratch = scratchDirectory();
    const mirror = join(scratch.path, 'feeds');
    materialiseOsv(mirror, feed.ecosystem);
    const loaded = await load({ dataStore: 'sqlite', path: join(scratch.path, 'c.db') }, mirror, feed);
    const skipped = Object.values(loaded.skipped).reduce((sum, count) => sum + count, 0);
    expect(loaded.used + skipped).toBe(recordsIn(feed.ecosystem));
    if (feed.ranker || feed.count) {
      const records = readOsv(mirror, feed.ecosystem) as readonly RawOsvRecord[];
      const counted = feed.count?.(records) ?? independent(records, feed, scratch.path);
      if (counted) expect({ used: loaded.used, rows: loaded.rows + (feed.orderedOtherwise ?? 0) }).toEqual(counted);
    }
    await using database = await freshDatabase();
    const uri = database.connectionString;
    expect(await load({ dataStore: 'postgres', connectionString: uri }, mirror, feed)).toEqual(loaded);
  });
});
