import type { UpdateDiff, UpdateOperation } from '../contracts/index.ts';
import {
  FeedError,
  throwIfAborted,
  UsageError,
  type FeedState,
  type Gap,
  type IndexReport,
  type Package,
  type PackageId,
  type Verdict,
  type Vulnerability,
  type VulnerabilityId,
  type VulnerabilityReport,
} from '../core/index.ts';
import type { FeedStatus, Libvuln, ScanReportOptions, UpdateOptions, UpdateResult } from '../libvuln/index.ts';
import { Gates, type HeldRequests } from './gates.ts';

/** What is public of a {@link Libvuln}: what code takes that a fake shall be given to. */
export type LibvulnLike = Pick<Libvuln, keyof Libvuln>;

/** One updater, and what its feed holds now. */
export interface FakeFeed {
  readonly updater: string;
  /** `did:version id` of distributions whose packages it speaks of. */
  readonly namespaces: readonly string[];
  /** They affect every package of that name, whatever its version. */
  readonly vulnerabilities: readonly Vulnerability[];
}

interface Loaded {
  state: FeedState;
  vulnerabilities?: readonly Vulnerability[] | undefined;
  error?: { readonly code: string; readonly message: string } | undefined;
}

interface Operation extends UpdateOperation {
  readonly diff: UpdateDiff;
}

const instant = '2024-05-01T00:00:00.000Z';
const digest = `sha256:${'0'.repeat(64)}`;

/**
 * A Libvuln whose feeds are plain data, and which keeps to the manners of the real one: nothing is known before an update, what
 * could not be asked shows as a gap, a failed feed leaves the last good data.
 *
 * ```ts
 * const libvuln = new FakeLibvuln().publish({ updater: 'one', namespaces: ['distro:1'], vulnerabilities: [fakeVulnerability('openssl')] });
 * await libvuln.update();
 * const report = await libvuln.scan(indexReport);
 * ```
 */
export class FakeLibvuln implements LibvulnLike {
  readonly #feeds = new Map<string, FakeFeed>();
  readonly #failures = new Map<string, unknown>();
  readonly #loaded = new Map<string, Loaded>();
  readonly #operations: Operation[] = [];
  readonly #gates = new Gates();
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  #lastAdvisory = 0;

  /** What a feed holds from now on; it counts once it was loaded. */
  publish(feed: FakeFeed): this {
    this.#feeds.set(feed.updater, feed);
    this.#failures.delete(feed.updater);
    return this;
  }

  /** Makes an updater fail until its feed is published again. */
  fail(updater: string, error: unknown = new FeedError('FEED_UNREACHABLE', { url: 'https://feeds.example/' })): this {
    this.#failures.set(updater, error);
    return this;
  }

  /** The updater waits from now on until it is released. */
  hold(updater: string): HeldRequests {
    return this.#gates.close(updater);
  }

  update({ namespaces, only, maxAge = 0, signal, onProgress }: UpdateOptions = {}): Promise<readonly UpdateResult[]> {
    return this.#track(signal, async (either) => {
      const feeds = [...this.#feeds.values()]
        .filter(({ updater }) => only?.test(updater) ?? true)
        .filter((feed) => namespaces === undefined || feed.namespaces.some((namespace) => namespaces.includes(namespace)))
        .sort((a, b) => (a.updater < b.updater ? -1 : 1));
      onProgress?.({ kind: 'discovered', updaters: feeds.map(({ updater }) => updater) });
      const results: UpdateResult[] = [];
      for (const feed of feeds) {
        const isFresh = maxAge > 0 && this.#loaded.get(feed.updater)?.state === 'loaded';
        if (!isFresh) onProgress?.({ kind: 'started', updater: feed.updater });
        const result: UpdateResult = isFresh ? { updater: feed.updater, kind: 'fresh' } : await this.#load(feed, either);
        onProgress?.({ kind: 'finished', result });
        results.push(result);
      }
      return results;
    });
  }

  requiredNamespaces(report: IndexReport): readonly string[] {
    return [...new Set([...report.packages.keys()].flatMap((id) => namespacesOf(report, id)))].sort();
  }

  scan(report: IndexReport, { signal, texts = true }: ScanReportOptions = {}): Promise<VulnerabilityReport> {
    return this.#track(signal, async () => {
      if (report.state !== 'IndexFinished') throw new UsageError('USAGE_REPORT_UNFINISHED', { state: report.state });
      const verdicts = [...report.packages.values()].flatMap((found) => this.#judge(report, found));
      const affected = verdicts.filter((verdict) => verdict.status === 'affected');
      const known = new Map(this.#current().map((each) => [each.id, texts ? each : { ...each, description: '', links: [] }]));
      const ids = [...new Set(affected.map(({ vulnerabilityId }) => vulnerabilityId))].sort();
      const unknown = new Set(verdicts.flatMap(({ status, packageId }) => (status === 'unknown' ? [packageId] : [])));
      return {
        index: report,
        vulnerabilities: new Map(ids.flatMap((id) => (known.has(id) ? [[id, known.get(id) as Vulnerability] as const] : []))),
        packageVulnerabilities: byPackage(affected),
        verdicts,
        coverage: {
          complete: unknown.size === 0,
          feeds: this.#statuses().map(({ updater, state, advisories: records }) => ({ updater, state, records })),
          packages: { total: report.packages.size, matched: report.packages.size - unknown.size, unknown: unknown.size },
          gaps: unknown.size === 0 ? [] : [gapOf(unknown.size)],
        },
        enrichments: new Map(),
        createdAt: instant,
      };
    });
  }

  status({ namespaces = [] }: { readonly namespaces?: readonly string[] } = {}): Promise<readonly FeedStatus[]> {
    return this.#track(undefined, async () => {
      const asked = (feed: FakeFeed | undefined): boolean => feed?.namespaces.some((namespace) => namespaces.includes(namespace)) ?? false;
      return this.#statuses().filter(({ updater, state }) => state !== 'missing' || asked(this.#feeds.get(updater)));
    });
  }

  operations(updater?: string): Promise<readonly UpdateOperation[]> {
    return this.#track(undefined, async () => this.#of(updater).map(({ diff: _, ...operation }) => operation));
  }

  diff(from: number, to: number, updater?: string): Promise<UpdateDiff> {
    return this.#track(undefined, async () => {
      const between = this.#of(updater).filter(({ id }) => id > from && id <= to);
      return { added: between.flatMap(({ diff }) => diff.added), removed: between.flatMap(({ diff }) => diff.removed) };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
  }

  async #load({ updater, vulnerabilities }: FakeFeed, signal: AbortSignal): Promise<UpdateResult> {
    await this.#gates.pass(updater, signal);
    const before = this.#loaded.get(updater)?.vulnerabilities;
    if (this.#failures.has(updater)) {
      const error = this.#failures.get(updater);
      const { code, message } = error as { readonly code: string; readonly message: string };
      this.#loaded.set(updater, { state: before ? 'loaded' : 'failed', vulnerabilities: before, error: { code, message } });
      return { updater, kind: 'failed', error };
    }
    this.#loaded.set(updater, { state: 'loaded', vulnerabilities });
    const added = vulnerabilities.filter((each) => !before?.includes(each));
    const removed = (before ?? []).filter((each) => !vulnerabilities.includes(each));
    if (before && added.length === 0 && removed.length === 0) return { updater, kind: 'unchanged' };
    const stored = ({ name }: Vulnerability) => ({ id: (this.#lastAdvisory += 1), updater, part: '', name });
    const operation = {
      id: this.#operations.length + 1,
      updater,
      at: instant,
      bodyDigest: digest,
      added: added.length,
      removed: removed.length,
      diff: { added: added.map(stored), removed: removed.map(stored) },
    };
    this.#operations.push(operation);
    const advisories = { added: added.length, removed: removed.length, unchanged: vulnerabilities.length - added.length };
    const rows = { before: before?.length ?? 0, after: vulnerabilities.length };
    return { updater, kind: 'updated', outcome: { operation: operation.id, advisories, rows }, diagnostics: [] };
  }

  #judge(report: IndexReport, found: Package): readonly Verdict[] {
    const namespaces = namespacesOf(report, found.id);
    const feeds = [...this.#feeds.values()].filter((feed) => feed.namespaces.some((namespace) => namespaces.includes(namespace)));
    const evidence = { subject: `source ${found.source?.name ?? found.name}`, installed: found.version };
    const loaded = feeds.map(({ updater }) => this.#loaded.get(updater)?.vulnerabilities);
    const isAnswered = loaded.every((each) => each !== undefined) && loaded.flat().length > 0;
    const verdicts = loaded
      .flatMap((each) => each ?? [])
      .filter((each) => each.package.name === found.name || each.package.name === found.source?.name)
      .map((each): Verdict => ({ packageId: found.id, name: each.name, status: 'affected', vulnerabilityId: each.id, evidence }));
    if (isAnswered) return verdicts;
    return [...verdicts, { packageId: found.id, name: '', status: 'unknown', reason: 'feed-not-loaded', evidence }];
  }

  #current(): readonly Vulnerability[] {
    return [...this.#loaded.values()].flatMap(({ vulnerabilities = [] }) => vulnerabilities);
  }

  #statuses(): readonly FeedStatus[] {
    return [...this.#feeds.values()]
      .map(({ updater, namespaces }): FeedStatus => {
        const { state = 'missing', vulnerabilities = [], error } = this.#loaded.get(updater) ?? {};
        const count = vulnerabilities.length;
        return { updater, updaterVersion: 1, state, advisories: count, rows: count, namespaces, ...(error && { lastError: error }) };
      })
      .sort((a, b) => (a.updater < b.updater ? -1 : 1));
  }

  #of(updater: string | undefined): readonly Operation[] {
    return this.#operations.filter((operation) => updater === undefined || operation.updater === updater);
  }

  async #track<T>(signal: AbortSignal | undefined, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#closing.signal.aborted) throw new UsageError('USAGE_CLOSED', { what: 'Libvuln' });
    const either = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    throwIfAborted(either);
    const running = task(either);
    this.#running.add(running);
    return await running.finally(() => this.#running.delete(running));
  }
}

function namespacesOf({ environments, distributions }: IndexReport, id: PackageId): readonly string[] {
  return (environments.get(id) ?? []).flatMap(({ distributionId }) => {
    const distribution = distributionId && distributions.get(distributionId);
    return distribution ? [`${distribution.did}:${distribution.versionId}`] : [];
  });
}

function byPackage(affected: readonly Extract<Verdict, { status: 'affected' }>[]): ReadonlyMap<PackageId, readonly VulnerabilityId[]> {
  const ids = new Map<PackageId, readonly VulnerabilityId[]>();
  for (const { packageId, vulnerabilityId } of affected) ids.set(packageId, [...(ids.get(packageId) ?? []), vulnerabilityId].sort());
  return ids;
}

function gapOf(packages: number): Gap {
  return { reason: 'feed-not-loaded', subject: '', subjectKind: 'image', packages, detail: '' };
}
