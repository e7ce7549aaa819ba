import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Advisory, Namespace } from '../../contracts/index.ts';
import { scanFake } from '../../testing/fake-matcher-bench.ts';
import type { FakePackage } from '../../testing/fake-matcher-report.ts';
import { fakeMatcher } from '../../testing/fake-matcher.ts';
import { fakeAdvisory, type FakeRow } from '../../testing/fake-updater.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const releases = ['1', '2'];

function namespaceOf(release: string): Namespace {
  return { key: `distro:${release}`, scheme: 'integer', distribution: { did: 'distro', versionId: release } };
}

/** Readable ones on both sides of where keys end, and some that are no version. */
const version = fc.oneof(
  { weight: 6, arbitrary: fc.nat(6).map(String) },
  { weight: 2, arbitrary: fc.integer({ min: 897, max: 903 }).map(String) },
  fc.constant('odd'),
);
const name = fc.constantFrom('a', 'b', 'c');

const row = fc.record({
  release: fc.constantFrom(...releases),
  package: name,
  kind: fc.constantFrom('source', 'binary'),
  status: fc.constantFrom('affected', 'affected', 'affected', 'not_affected', 'undetermined'),
  introduced: fc.option(version, { nil: undefined }),
  fixed: fc.option(version, { nil: undefined }),
  lastAffected: fc.option(version, { nil: undefined }),
});
const advisory = fc.record({
  feed: fc.constantFrom('x', 'y'),
  name: fc.constantFrom('CVE-1', 'CVE-2', 'CVE-3'),
  rows: fc.array(row, { maxLength: 4 }),
});
const installed = fc.record({ name, version, sourceName: name, sourceVersion: version, releases: fc.subarray(releases, { minLength: 1 }) });
const image = fc.uniqueArray(installed, {
  maxLength: 5,
  selector: (found) => JSON.stringify([found.name, found.version, found.sourceName, found.sourceVersion]),
});

type Row = typeof row extends fc.Arbitrary<infer T> ? T : never;
type Feed = (typeof advisory extends fc.Arbitrary<infer T> ? T : never)[];
type Installed = typeof installed extends fc.Arbitrary<infer T> ? T : never;

function toAdvisory({ name: called, rows }: { readonly name: string; readonly rows: readonly Row[] }): Advisory {
  const prepared = rows.map(({ release, introduced, fixed, lastAffected, ...rest }): FakeRow => {
    const range = {
      ...(introduced !== undefined && { introduced }),
      ...(fixed !== undefined && { fixed }),
      ...(lastAffected !== undefined && { lastAffected }),
    };
    return { ...rest, namespace: namespaceOf(release), range };
  });
  return fakeAdvisory(called, prepared);
}

function toPackage({ name: called, version: ofBinary, sourceName, sourceVersion, releases: places }: Installed): FakePackage {
  return {
    name: called,
    version: ofBinary,
    source: `${sourceName} ${sourceVersion}`,
    places: places.map((release) => ({ distribution: `distro:${release}` })),
  };
}

/** What a row says, by the words of the specification: no keys, no store. */
function says(found: Row, version: string): string | undefined {
  const ends = [found.introduced, found.fixed, found.lastAffected].filter((end) => end !== undefined);
  if (ends.length > 0) {
    if (version === 'odd') return 'version-unparsable';
    if (ends.includes('odd')) return 'advisory-version-unparsable';
    const at = Number(version);
    if (found.introduced !== undefined && at < Number(found.introduced)) return undefined;
    if (found.fixed !== undefined && at >= Number(found.fixed)) return undefined;
    if (found.lastAffected !== undefined && at > Number(found.lastAffected)) return undefined;
  }
  return found.status === 'undetermined' ? 'vendor-undetermined' : found.status;
}

const order = ['affected', 'version-unparsable', 'advisory-version-unparsable', 'vendor-undetermined', 'not_affected'];

/** Package by package, row by row. */
function naive(
  packages: readonly Installed[],
  advisories: readonly { readonly feed: string; readonly name: string; readonly rows: readonly Row[] }[],
): readonly string[] {
  return packages
    .flatMap((found) =>
      [...new Set(advisories.map(({ name }) => name))].flatMap((called) => {
        const rows = advisories
          .filter(({ name }) => name === called)
          .flatMap(({ feed, rows }) => rows.map((candidate) => ({ ...candidate, from: `${feed} ${candidate.release}` })))
          .filter(({ release }) => found.releases.includes(release));
        // Who clears the binary by its own name has more to say of it than who speaks of all that its source builds.
        const clears = rows.filter(
          (candidate) =>
            candidate.kind === 'binary' && candidate.package === found.name && says(candidate, found.version) === 'not_affected',
        );
        const isCleared = (from: string): boolean => clears.some((clearing) => clearing.from === from);
        const answers = rows.flatMap((candidate) => {
          if (candidate.kind === 'source') {
            return candidate.package === found.sourceName && !isCleared(candidate.from) ? [says(candidate, found.sourceVersion)] : [];
          }
          return candidate.package === found.name ? [says(candidate, found.version)] : [];
        });
        const answer = order.find((status) => answers.includes(status));
        return answer === undefined ? [] : [`${JSON.stringify(toPackage(found))} ${called} ${answer}`];
      }),
    )
    .sort();
}

describe('verdicts', () => {
  it('are those of a naive evaluation, in any order of feeds, rows and packages', async () => {
    const matchers = [
      fakeMatcher('distro', { query: () => ['package-source-name', 'package-name', 'distribution-did', 'distribution-version-id'] }),
    ];
    // A row in each release, so that both namespaces are there.
    const anchor = fakeAdvisory(
      'CVE-0',
      releases.map((release) => ({ namespace: namespaceOf(release), package: 'anchor' })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(advisory, { maxLength: 8 }), image, async (advisories, packages) => {
        const feeds = ['x', 'y'].map((feed) => ({
          name: feed,
          namespaces: releases.map((release) => `distro:${release}`),
          advisories: [anchor, ...advisories.filter((one) => one.feed === feed).map(toAdvisory)],
        }));
        const report = await scanFake({ feeds, matchers, packages: packages.map(toPackage) });
        const again = await scanFake({
          feeds: feeds.map((feed) => ({ ...feed, advisories: feed.advisories.toReversed() })).toReversed(),
          matchers,
          packages: packages.map(toPackage).toReversed(),
        });
        const texts = new Map(packages.map((found) => [identity(toPackage(found)), JSON.stringify(toPackage(found))]));
        const found = report.verdicts.map((verdict) => {
          const listed = report.index.packages.get(verdict.packageId);
          const text = listed && texts.get(`${listed.name} ${listed.version} ${listed.source?.name} ${listed.source?.version}`);
          return `${text} ${verdict.name} ${verdict.status === 'unknown' ? verdict.reason : verdict.status}`;
        });
        expect(found.toSorted()).toEqual(naive(packages, advisories));
        // Evidence.operation names the body, whose lines were turned round: all else is the same.
        expect(withoutOperation(again.verdicts)).toEqual(withoutOperation(report.verdicts));
        expect([[...again.vulnerabilities], [...again.packageVulnerabilities]]).toEqual([
          [...report.vulnerabilities],
          [...report.packageVulnerabilities],
        ]);
        expect(again.coverage).toEqual(report.coverage);
      }),
      { numRuns: runs, examples: [unreadableAmongFixes] },
    );
  });
});

/** Of three fixes two can be compared; found once, in an order of the feed that changed the answer. */
const unreadableAmongFixes: [Feed, Installed[]] = [
  ['897', 'odd', '0'].map((fixed, at) => ({
    feed: 'x',
    name: 'CVE-3',
    rows: [
      {
        release: at === 0 ? '2' : '1',
        package: 'c',
        kind: 'source',
        status: 'affected',
        introduced: undefined,
        fixed,
        lastAffected: undefined,
      },
    ],
  })),
  [{ name: 'a', version: '897', sourceName: 'c', sourceVersion: 'odd', releases: ['1', '2'] }],
];

function identity({ name: called, version: ofBinary, source }: FakePackage): string {
  return `${called} ${ofBinary} ${source}`;
}

function withoutOperation(verdicts: Awaited<ReturnType<typeof scanFake>>['verdicts']): unknown {
  return verdicts.map((verdict) => ({ ...verdict, evidence: { ...verdict.evidence, operation: '' } }));
}
