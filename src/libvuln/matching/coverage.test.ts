import { describe, expect, it } from 'vitest';
import type { Namespace } from '../../contracts/index.ts';
import { diagnostic, type Gap, type VulnerabilityReport } from '../../core/index.ts';
import { scanFake, type BenchOptions, type FakeFeedOptions } from '../../testing/fake-matcher-bench.ts';
import { fakePackage, type FakePackage } from '../../testing/fake-matcher-report.ts';
import { fakeMatcher } from '../../testing/fake-matcher.ts';
import { fakeAdvisory } from '../../testing/fake-updater.ts';

const day = 86_400_000;
const distro: Namespace = { key: 'distro:1', scheme: 'integer', distribution: { did: 'distro', versionId: '1' } };
const matcher = fakeMatcher('distro');
const namespaces = [distro.key];
const advisories = [fakeAdvisory('CVE-1', [{ namespace: distro, package: 'src', range: { fixed: '5' } }])];
const loaded: FakeFeedOptions = { name: 'main', namespaces, advisories };
const pkg: FakePackage = { name: 'bin', version: '4', source: 'src 4', places: [{ distribution: 'distro:1' }] };
const npm: FakePackage = { name: 'left-pad', version: '1', places: [{ distribution: 'distro:1', repository: 'npm' }] };

function scan(feeds: readonly FakeFeedOptions[], packages: readonly FakePackage[] = [pkg], rest: Partial<BenchOptions> = {}) {
  return scanFake({ feeds, matchers: [matcher], packages, ...rest });
}

function verdicts(report: VulnerabilityReport): readonly string[] {
  const names = new Map([...report.index.packages.values()].map(({ id, name }) => [id, name]));
  return report.verdicts
    .map((verdict) => `${names.get(verdict.packageId)} ${verdict.name} ${verdict.status === 'unknown' ? verdict.reason : verdict.status}`)
    .sort();
}

const distroGap = (reason: Gap['reason'], packages: number, detail: string): Gap => ({
  reason,
  subject: 'distro 1',
  subjectKind: 'distribution',
  packages,
  detail,
});

describe('feeds', () => {
  it('loaded: the report is complete', async () => {
    const { coverage } = await scan([loaded]);
    expect(coverage).toEqual({
      complete: true,
      feeds: [{ updater: 'main', state: 'loaded', fetchedAt: '2024-05-01T00:00:00.000Z', records: 1 }],
      packages: { total: 1, matched: 1, unknown: 0 },
      gaps: [],
    });
  });

  it('that others need are not mentioned', async () => {
    const { coverage } = await scan([loaded, { name: 'elsewhere', namespaces: ['distro:9'], fails: true }]);
    expect(coverage).toMatchObject({ complete: true, feeds: [{ updater: 'main' }] });
  });

  it('missing: unknown, one verdict a package, with the updater that is missing', async () => {
    const report = await scan([{ name: 'main', namespaces }], [pkg, { ...pkg, name: 'bin2' }]);
    expect(verdicts(report)).toEqual(['bin  feed-not-loaded', 'bin2  feed-not-loaded']);
    expect(report.verdicts[0]?.evidence).toMatchObject({ updater: 'main', namespace: 'distro:1', installed: '4' });
    expect(report.coverage).toEqual({
      complete: false,
      feeds: [{ updater: 'main', state: 'missing', records: 0 }],
      packages: { total: 2, matched: 0, unknown: 2 },
      gaps: [distroGap('feed-not-loaded', 2, 'not loaded: main')],
    });
  });

  it('failed: unknown, with the error', async () => {
    const report = await scan([{ name: 'main', namespaces, fails: true }]);
    expect(verdicts(report)).toEqual(['bin  feed-failed']);
    expect(report.coverage.feeds).toEqual([{ updater: 'main', state: 'failed', records: 0, error: 'a feed cannot be reached' }]);
    expect(report.coverage.gaps).toEqual([distroGap('feed-failed', 1, 'failed: main')]);
  });

  it('switched off: unknown', async () => {
    const report = await scan([{ name: 'main', namespaces }], [pkg], { libvuln: { run: /^other$/ } });
    expect([verdicts(report), report.coverage.feeds[0]?.state]).toEqual([['bin  feed-not-loaded'], 'disabled']);
  });

  it('loaded in part: what matched counts, and the package is unknown too', async () => {
    const report = await scan([loaded, { name: 'community', namespaces }]);
    expect(verdicts(report)).toEqual(['bin  feed-not-loaded', 'bin CVE-1 affected']);
    expect(report.coverage).toMatchObject({
      complete: false,
      feeds: [
        { updater: 'community', state: 'missing' },
        { updater: 'main', state: 'loaded' },
      ],
      packages: { total: 1, matched: 0, unknown: 1 },
      gaps: [distroGap('feed-not-loaded', 1, 'not loaded: community')],
    });
  });

  it('failed and missing: one verdict, failed before missing', async () => {
    const report = await scan([
      { name: 'a', namespaces, fails: true },
      { name: 'b', namespaces },
      { name: 'c', namespaces, fails: true },
    ]);
    expect(verdicts(report)).toEqual(['bin  feed-failed']);
    expect(report.verdicts[0]?.evidence).not.toHaveProperty('updater');
    expect(report.coverage.gaps).toEqual([distroGap('feed-failed', 1, 'failed: a, c; not loaded: b')]);
  });

  it.each([
    [7 * day, 'loaded', true],
    [7 * day + 1, 'stale', false],
  ])('%i ms old: %s', async (age, state, complete) => {
    const report = await scan([loaded], [pkg, { ...pkg, name: 'bin2' }], { age });
    expect(verdicts(report)).toEqual(['bin CVE-1 affected', 'bin2 CVE-1 affected']);
    expect(report.coverage).toMatchObject({ complete, feeds: [{ state }], packages: { total: 2, matched: 2, unknown: 0 } });
    expect(report.coverage.gaps).toEqual(
      complete ? [] : [distroGap('feed-stale', 2, 'main was last confirmed at 2024-05-01T00:00:00.000Z')],
    );
  });

  it('are stale when the caller says so', async () => {
    const report = await scan([loaded], [pkg], { age: 10, libvuln: { staleAfter: 9 } });
    expect(report.coverage.gaps.map(({ reason }) => reason)).toEqual(['feed-stale']);
  });

  it('that say nothing of a release leave it unsupported', async () => {
    const chosen = fakeMatcher('distro');
    const report = await scan([{ ...loaded, namespaces: ['distro:1', 'distro:2'] }], [{ ...pkg, places: [{ distribution: 'distro:2' }] }], {
      matchers: [chosen],
    });
    expect(verdicts(report)).toEqual(['bin  distribution-unsupported']);
    expect(report.coverage.gaps).toMatchObject([
      { reason: 'distribution-unsupported', subject: 'distro 2', detail: 'there are no advisories for distro 2' },
    ]);
  });

  it('that nobody has for a namespace that a matcher needs are not loaded', async () => {
    const report = await scan([loaded], [{ ...pkg, places: [{ distribution: 'distro:9' }] }]);
    expect([verdicts(report), report.coverage.feeds]).toEqual([['bin  feed-not-loaded'], []]);
  });

  it('whose namespace does not carry the facts that the matcher compares do not make a clean report', async () => {
    const bare: Namespace = { key: 'distro:1', scheme: 'integer' };
    const report = await scan([{ name: 'main', namespaces, advisories: [fakeAdvisory('CVE-1', [{ namespace: bare, package: 'src' }])] }]);
    expect([verdicts(report), report.coverage.complete]).toEqual([['bin  distribution-unsupported'], false]);
  });
});

describe('packages that nobody answers for', () => {
  it.each<[string, FakePackage, string, Partial<Gap>]>([
    ['of a language', npm, 'feed-not-loaded', { subject: 'npm', subjectKind: 'ecosystem', detail: 'no advisories for npm are loaded' }],
    [
      'of another distribution',
      { ...pkg, places: [{ distribution: 'unheard:7' }] },
      'distribution-unsupported',
      { subject: 'unheard 7', subjectKind: 'distribution' },
    ],
    [
      'of no known distribution',
      { ...pkg, places: [{}] },
      'distribution-unidentified',
      { subject: '', subjectKind: 'image', detail: 'the distribution is not known' },
    ],
  ])('%s', async (_, found, reason, gap) => {
    const report = await scan([loaded], [found]);
    expect(verdicts(report)).toEqual([`${found.name}  ${reason}`]);
    expect(report.verdicts[0]?.evidence).toMatchObject({ subject: `binary ${found.name}`, installed: found.version });
    expect(report.coverage).toMatchObject({
      complete: false,
      packages: { total: 1, matched: 0, unknown: 1 },
      gaps: [{ reason, packages: 1, ...gap }],
    });
  });

  it('of a release that the matcher does not know', async () => {
    const chosen = fakeMatcher('distro', { namespaces: () => [] });
    const report = await scan([], [pkg], { matchers: [chosen] });
    expect(verdicts(report)).toEqual(['bin  distribution-unsupported']);
  });

  it('are counted by reason and by what they are of', async () => {
    const packages = [pkg, npm, { ...npm, name: 'b' }, { ...npm, name: 'c', places: [{ repository: 'pypi' }] }];
    const report = await scan([loaded], packages);
    expect(report.coverage.gaps.map(({ reason, subject, packages: count }) => [reason, subject, count])).toEqual([
      ['feed-not-loaded', 'npm', 2],
      ['feed-not-loaded', 'pypi', 1],
    ]);
    expect(report.coverage.packages).toEqual({ total: 4, matched: 1, unknown: 3 });
  });
});

describe('versions and the vendor', () => {
  it('leave a gap for each reason, and count each package once', async () => {
    const rows = [{ range: { fixed: 'odd' } }, { status: 'undetermined' as const }, { range: { fixed: '9' } }];
    const found = rows.map((row, index) => fakeAdvisory(`CVE-${index}`, [{ namespace: distro, package: 'src', ...row }]));
    const report = await scan([{ name: 'main', namespaces, advisories: found }], [pkg, { ...pkg, name: 'bin2', source: 'src odd' }]);
    expect(verdicts(report)).toEqual([
      'bin CVE-0 advisory-version-unparsable',
      'bin CVE-1 vendor-undetermined',
      'bin CVE-2 affected',
      'bin2 CVE-0 version-unparsable',
      'bin2 CVE-1 vendor-undetermined',
      'bin2 CVE-2 version-unparsable',
    ]);
    expect(report.coverage.gaps.map(({ reason, subject, packages }) => [reason, subject, packages])).toEqual([
      ['advisory-version-unparsable', 'distro 1', 1],
      ['vendor-undetermined', 'distro 1', 2],
      ['version-unparsable', 'distro 1', 1],
    ]);
    expect(report.coverage.packages).toEqual({ total: 2, matched: 0, unknown: 2 });
  });
});

describe('packages that an OS package owns', () => {
  const owner = fakePackage(pkg);
  const owned: FakePackage = { ...npm, places: [{ distribution: 'distro:1', repository: 'npm', ownedBy: owner.id }] };

  it('are answered for by its vendor, and not told twice', async () => {
    const report = await scan([loaded], [pkg, owned]);
    expect(verdicts(report)).toEqual(['bin CVE-1 affected']);
    expect(report.coverage).toMatchObject({ complete: true, packages: { total: 2, matched: 2, unknown: 0 } });
  });

  it('are unknown where their owner is', async () => {
    const report = await scan([{ name: 'main', namespaces }], [pkg, owned]);
    expect(verdicts(report)).toEqual(['bin  feed-not-loaded', 'left-pad  feed-not-loaded']);
    expect(report.verdicts.map(({ evidence }) => evidence.notes)).toContainEqual(['vendor-supplied']);
    expect(report.coverage).toMatchObject({
      packages: { unknown: 2 },
      gaps: [{ reason: 'feed-not-loaded', subject: 'distro 1', packages: 2 }],
    });
  });

  it('are judged themselves where one place of theirs is not owned, or the owner is not in the report, or owns itself', async () => {
    const half = { ...owned, places: [...(owned.places ?? []), { repository: 'npm' }] };
    expect(verdicts(await scan([loaded], [pkg, half]))).toContain('left-pad  feed-not-loaded');
    expect(verdicts(await scan([loaded], [owned]))).toEqual(['left-pad  feed-not-loaded']);
    const circle = { ...owned, places: [{ repository: 'npm', ownedBy: fakePackage(owned).id }] };
    expect(verdicts(await scan([loaded], [circle]))).toEqual(['left-pad  feed-not-loaded']);
  });
});

describe('diagnostics of the index', () => {
  it('leave no gap where an OS package owns the file that was not made out', async () => {
    const data = { ownedBy: 'bin' };
    const diagnostics = [
      diagnostic('FILE_UNPARSABLE', { path: 'a', data }),
      diagnostic('FILE_UNIDENTIFIED', { path: 'b', data }),
      diagnostic('PACKAGE_NAME_ASSUMED', { path: 'c', data }),
      diagnostic('PACKAGE_DATABASE_DAMAGED', { path: 'd', data }),
    ];
    const { coverage } = await scan([loaded], [pkg], { diagnostics });
    expect(coverage.gaps.map(({ detail }) => detail)).toEqual([expect.stringMatching(/: d$/)]);
  });

  it('leave a gap where they took something away, and only there', async () => {
    const diagnostics = [
      diagnostic('PACKAGE_DATABASE_REMOVED', { path: 'var/lib/dpkg/status', data: { packages: 12 } }),
      diagnostic('FILE_UNPARSABLE', { path: 'b' }),
      ...['d', 'a', 'c', 'e', 'a'].map((path) => diagnostic('FILE_UNIDENTIFIED', { path })),
      diagnostic('TAR_TRAILER_MISSING'),
    ];
    const { coverage } = await scan([loaded], [pkg], { diagnostics });
    expect(coverage.complete).toBe(false);
    expect(coverage.gaps).toEqual([
      {
        reason: 'file-unidentified',
        subject: '',
        subjectKind: 'image',
        packages: 0,
        detail: 'a file shows a package without name or version: a, c, d and 1 more',
      },
      { reason: 'file-unidentified', subject: '', subjectKind: 'image', packages: 0, detail: 'a wanted file cannot be parsed: b' },
      {
        reason: 'package-database-removed',
        subject: '',
        subjectKind: 'image',
        packages: 12,
        detail: 'a package database was removed by a higher layer; the packages it listed may still be there: var/lib/dpkg/status',
      },
    ]);
  });
});
