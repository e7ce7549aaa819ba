import type { Advisory, Matcher, MatcherStore, UpdaterSet } from '../contracts/index.ts';
import type { Diagnostic, VulnerabilityReport } from '../core/index.ts';
import { Libvuln, type LibvulnOptions, type ScanReportOptions } from '../libvuln/index.ts';
import { FakeFeedClient } from './fake-feed-client.ts';
import { fakeIndexReport, type FakePackage } from './fake-matcher-report.ts';
import { fakeSchemes } from './fake-matcher-scheme.ts';
import { fakeFeed, fakeUpdaterSet, feedUrl, type FakeUpdaterOptions } from './fake-updater.ts';
import { MemoryMatcherStore } from './memory-matcher-store.ts';

export interface FakeFeedOptions extends FakeUpdaterOptions {
  /** Loaded; absent: the feed was never loaded. */
  readonly advisories?: readonly Advisory[];
  /** The try to load it fails. */
  readonly fails?: boolean;
}

export interface BenchOptions {
  readonly feeds: readonly FakeFeedOptions[];
  readonly matchers: readonly Matcher[];
  readonly packages: readonly FakePackage[];
  readonly diagnostics?: readonly Diagnostic[];
  readonly libvuln?: Partial<LibvulnOptions>;
  readonly scan?: ScanReportOptions;
  readonly store?: MatcherStore;
  /** ms between the loading of the feeds and the scan; 0 if absent. */
  readonly age?: number;
}

const loaded = Date.parse('2024-05-01T00:00:00Z');

/** Loads feeds into a store in memory and scans a made-up image against them: one line of a matching table. */
export async function scanFake(options: BenchOptions): Promise<VulnerabilityReport> {
  const { feeds, matchers, packages, diagnostics = [], age = 0 } = options;
  const client = new FakeFeedClient();
  for (const feed of feeds) {
    if (feed.advisories) client.set(feedUrl(feed), fakeFeed(feed.advisories));
    else client.fail(feedUrl(feed));
  }
  let now = loaded;
  const sets: readonly UpdaterSet[] = [fakeUpdaterSet('fakes', feeds)];
  await using libvuln = await Libvuln.open({
    store: options.store ?? new MemoryMatcherStore(),
    updaterSets: sets,
    matchers,
    versionSchemes: fakeSchemes,
    feeds: client,
    clock: { now: () => new Date(now) },
    ...options.libvuln,
  });
  const tried = new Set(feeds.filter(({ advisories, fails }) => advisories !== undefined || fails === true).map(({ name }) => name));
  for (const name of tried) await libvuln.update({ only: new RegExp(`^${name}$`) });
  now += age;
  // Awaited here: the Libvuln is closed when this function is left.
  return await libvuln.scan(fakeIndexReport(packages, diagnostics), options.scan);
}
