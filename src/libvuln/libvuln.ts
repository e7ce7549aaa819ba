import type { UpdateDiff, UpdateOperation, UpdaterSet } from '../contracts/index.ts';
import { AbortedError, throwIfAborted, UsageError, type IndexReport, type VulnerabilityReport } from '../core/index.ts';
import { packageRecords } from '../judging/index.ts';
import { offlineFeedClient, silentLogger, systemClock, type Clock, type Logger } from '../runtime/index.ts';
import { checkOptions } from './check-options.ts';
import { feedStatuses, type FeedStatus } from './feed-status.ts';
import { scanReport } from './matching/scan-report.ts';
import type { LibvulnOptions, ScanReportOptions, UpdateOptions, UpdateResult } from './options.ts';
import { UpdateManager } from './updating/update-manager.ts';
import { UpdateSchedule } from './updating/update-schedule.ts';

const hour = 3_600_000;
const day = 24 * hour;

/**
 * Knows vulnerabilities: keeps advisories up to date and says which of them affect what is installed.
 *
 * @example
 * await using libvuln = await Libvuln.open({ store, updaterSets, matchers, versionSchemes, feeds: createFeedClient() });
 * await libvuln.update({ namespaces: libvuln.requiredNamespaces(indexReport), maxAge: 6 * 3_600_000 });
 * const report = await libvuln.scan(indexReport);
 * if (!report.coverage.complete) console.warn(report.coverage.gaps);
 */
export class Libvuln implements AsyncDisposable {
  readonly #options: LibvulnOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #updates: UpdateManager;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  #schedule: UpdateSchedule | undefined;
  #closed: Promise<void> | undefined;

  private constructor(options: LibvulnOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? silentLogger;
    this.#updates = new UpdateManager({
      store: options.store,
      sets: setsOf(options),
      schemes: options.versionSchemes,
      client: options.feeds ?? offlineFeedClient,
      clock: this.#clock,
      logger: this.#logger,
      concurrency: options.updateConcurrency ?? 2,
      retention: options.retention ?? 10,
      run: options.run,
    });
  }

  /**
   * Opens over a store, which from then on belongs to the Libvuln. With `initialUpdate: 'wait'` all updaters have run once
   * when it resolves; one that failed shows in {@link status} and never fails `open`.
   * @throws UsageError `USAGE_OPTION`, `USAGE_PLUGIN` for options that cannot be; AbortedError when its signal fires while it waits; the
   * store is then left open
   */
  static async open(options: LibvulnOptions): Promise<Libvuln> {
    checkOptions(options);
    const libvuln = new Libvuln(options);
    await libvuln.#start();
    return libvuln;
  }

  /**
   * Runs updaters: all, or those that `options` names. What fails is a `failed` result: the last good data stays in use.
   * @returns what became of each updater, sorted by name
   * @throws UsageError `USAGE_PLUGIN` where two updaters have one name, `USAGE_CLOSED`; AbortedError; StoreError where the store cannot be read
   */
  update(options: UpdateOptions = {}): Promise<readonly UpdateResult[]> {
    return this.#track((signal) => this.#updates.update({ ...options, signal }), options.signal);
  }

  /**
   * The namespaces whose advisories an answer about this image needs, and those of the enrichers' feeds; sorted: for {@link UpdateOptions.namespaces}.
   * None for an image of which nothing can be asked.
   */
  requiredNamespaces(report: IndexReport): readonly string[] {
    const records = packageRecords(report).flatMap((found) => found.records);
    const namespaces = records.flatMap((record) =>
      this.#options.matchers.filter((matcher) => matcher.filter(record)).flatMap((matcher) => matcher.namespaces(record)),
    );
    if (namespaces.length === 0) return [];
    return [...new Set([...namespaces, ...(this.#options.enrichers ?? []).flatMap(({ namespace }) => namespace ?? [])])].sort();
  }

  /**
   * Matches what is installed against the advisories in the store. Reads no network.
   * What could not be judged is in the report as `unknown` verdicts and gaps of its coverage.
   * @throws UsageError `USAGE_REPORT_UNFINISHED` for a report that is not `IndexFinished`, `USAGE_CLOSED`; StoreError; AbortedError
   */
  scan(report: IndexReport, options: ScanReportOptions = {}): Promise<VulnerabilityReport> {
    const { store, matchers, updaterSets, versionSchemes, enrichers = [], staleAfter = 7 * day } = this.#options;
    return this.#track(
      (signal) =>
        scanReport(report, {
          store,
          matchers,
          sets: updaterSets,
          schemes: versionSchemes,
          enrichers,
          staleAfter,
          isEnabled: (updater) => this.#updates.isEnabled(updater),
          now: this.#clock.now(),
          logger: this.#logger,
          texts: options.texts ?? true,
          signal,
        }),
      options.signal,
    );
  }

  /**
   * How each updater stands, sorted by name: every one that was ever tried, and those that the namespaces expect.
   * @throws UsageError `USAGE_CLOSED`; StoreError
   */
  status(options: { readonly namespaces?: readonly string[] } = {}): Promise<readonly FeedStatus[]> {
    const { store, staleAfter = 7 * day } = this.#options;
    return this.#track(async () =>
      feedStatuses(
        {
          sets: setsOf(this.#options),
          statuses: await store.status(),
          staleAfter,
          now: this.#clock.now(),
          isEnabled: (updater) => this.#updates.isEnabled(updater),
        },
        options.namespaces ?? [],
      ),
    );
  }

  /** Operations that changed something, of all updaters or one; sorted by number. @throws UsageError `USAGE_CLOSED`; StoreError */
  operations(updater?: string): Promise<readonly UpdateOperation[]> {
    return this.#track(() => this.#options.store.operations(updater));
  }

  /** What came and went after operation `from` up to and including `to`, of all updaters or one. @throws UsageError `USAGE_CLOSED`; StoreError */
  diff(from: number, to: number, updater?: string): Promise<UpdateDiff> {
    return this.#track(() => this.#options.store.diff(from, to, updater));
  }

  /** Ends updates in the background, cancels what runs, waits for it, and closes the store. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    await this.#schedule?.[Symbol.asyncDispose]();
    await Promise.allSettled(this.#running);
    // Disposed in the reverse order, all of them, whatever fails.
    await using stack = new AsyncDisposableStack();
    for (const resource of this.#options.resources ?? []) stack.use(resource);
    stack.use(this.#options.store);
  }

  async #start(): Promise<void> {
    const { initialUpdate = 'none', updateInterval = 6 * hour } = this.#options;
    if (initialUpdate === 'none') return;
    // The caller's signal is about the opening: later runs do not know it.
    let opening = initialUpdate === 'wait' ? this.#options.signal : undefined;
    const run = (stop: AbortSignal): Promise<unknown> => this.update({ signal: opening ? AbortSignal.any([opening, stop]) : stop });
    this.#schedule = new UpdateSchedule({ interval: updateInterval, run, logger: this.#logger });
    const first = this.#schedule.start().catch((error: unknown) => {
      if (this.#closing.signal.aborted) return;
      if (opening?.aborted === true || (error instanceof UsageError && initialUpdate === 'wait')) throw error;
      this.#logger.log('error', 'the first update failed', { error });
    });
    if (initialUpdate === 'background') return;
    try {
      await first;
      throwIfAborted(opening);
    } catch (error) {
      await this.#schedule[Symbol.asyncDispose]();
      throw error;
    } finally {
      opening = undefined;
    }
  }

  /** Lets a call run until it ends or this is closed, whichever comes first; closing waits for it. */
  #track<T>(task: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#closing.signal.aborted) return Promise.reject(new UsageError('USAGE_CLOSED', { what: 'Libvuln' }));
    const either = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    const running = Promise.resolve()
      .then(() => {
        throwIfAborted(either);
        return task(either);
      })
      .catch((error: unknown) => {
        throw either.aborted && !(error instanceof AbortedError) ? new AbortedError({ cause: error }) : error;
      });
    this.#running.add(running);
    const forget = (): void => void this.#running.delete(running);
    running.then(forget, forget);
    return running;
  }
}

/** Those of the feeds of advisories, and those of the enrichers' own. */
function setsOf({ updaterSets, enrichers = [] }: LibvulnOptions): readonly UpdaterSet[] {
  return [...updaterSets, ...enrichers.flatMap(({ updaterSet }) => updaterSet ?? [])];
}
