import type { FeedClient, MatcherStore, UpdaterSet, VersionScheme } from '../../contracts/index.ts';
import { throwIfAborted } from '../../core/index.ts';
import { Semaphore, type Clock, type Logger } from '../../runtime/index.ts';
import type { UpdateOptions, UpdateResult } from '../options.ts';
import { discoverUpdaters } from './discover-updaters.ts';
import { expectedUpdaters, expectedVersion } from './expected-updaters.ts';
import { runUpdater } from './run-updater.ts';
import { isFresh, type UpdateContext } from './update-context.ts';

export interface UpdateManagerOptions {
  readonly store: MatcherStore;
  readonly sets: readonly UpdaterSet[];
  readonly schemes: ReadonlyMap<string, VersionScheme>;
  readonly client: FeedClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly concurrency: number;
  readonly retention: number;
  readonly run: RegExp | undefined;
}

/** Runs updaters: which, how many at a time, and what is thrown away afterwards. */
export class UpdateManager {
  readonly #options: UpdateManagerOptions;

  constructor(options: UpdateManagerOptions) {
    this.#options = options;
  }

  /**
   * @returns what became of each updater, sorted by name
   * @throws UsageError where two updaters have one name, AbortedError, StoreError where the store cannot be read
   */
  async update(options: UpdateOptions = {}): Promise<readonly UpdateResult[]> {
    const context = this.#context(options);
    throwIfAborted(context.signal);
    const fresh = await this.#allFresh(options, context);
    if (fresh) return fresh;
    const { updaters, failures } = await this.#discover(options, context);
    context.onProgress({ kind: 'discovered', updaters: updaters.map(({ name }) => name) });
    for (const result of failures) context.onProgress({ kind: 'finished', result });
    const slots = new Semaphore(Math.max(1, this.#options.concurrency));
    const settled = await Promise.allSettled(
      updaters.map((updater) => slots.run(() => report(updater, context), { signal: context.signal })),
    );
    const results = settled.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
    await this.#collectGarbage(results, context);
    return [...results, ...failures].sort((a, b) => (a.updater < b.updater ? -1 : 1));
  }

  /** Whether an updater takes part at all. */
  isEnabled(updater: string): boolean {
    return matches(this.#options.run, updater);
  }

  #isWanted(updater: string, only: RegExp | undefined): boolean {
    return this.isEnabled(updater) && matches(only, updater);
  }

  /** Where all that is needed is known beforehand and fresh, nobody is asked anything: that is the case of nearly every scan. */
  async #allFresh({ namespaces, only }: UpdateOptions, context: UpdateContext): Promise<readonly UpdateResult[] | undefined> {
    if (!namespaces || context.maxAge <= 0) return undefined;
    const { sets } = this.#options;
    const expected = expectedUpdaters(sets, namespaces).filter((name) => this.#isWanted(name, only));
    const statuses = new Map((await context.store.status()).map((status) => [status.updater, status]));
    if (!expected.every((name) => isFresh(statuses.get(name), expectedVersion(sets, namespaces, name), context))) return undefined;
    return expected.map((updater) => ({ updater, kind: 'fresh' }));
  }

  async #discover({ namespaces, only }: UpdateOptions, context: UpdateContext) {
    const statuses = await context.store.status();
    return discoverUpdaters({ sets: this.#options.sets, namespaces, isWanted: (name) => this.#isWanted(name, only), statuses }, context);
  }

  async #collectGarbage(results: readonly UpdateResult[], { store, logger }: UpdateContext): Promise<void> {
    if (!results.some((result) => result.kind === 'updated' && result.outcome.operation !== undefined)) return;
    try {
      const deleted = await store.collectGarbage(this.#options.retention);
      logger.log('debug', 'old advisories deleted', { deleted });
    } catch (error) {
      // The updates themselves stand; what is too old is deleted the next time.
      logger.log('warn', 'old advisories cannot be deleted', { error });
    }
  }

  #context(options: UpdateOptions): UpdateContext {
    const { store, schemes, client, clock, logger } = this.#options;
    const { maxAge = 0, signal, onProgress = () => undefined } = options;
    return { store, schemes, client, clock, logger, maxAge, signal, onProgress };
  }
}

async function report(updater: Parameters<typeof runUpdater>[0], context: UpdateContext): Promise<UpdateResult> {
  context.onProgress({ kind: 'started', updater: updater.name });
  const result = await runUpdater(updater, context);
  context.onProgress({ kind: 'finished', result });
  return result;
}

/** A global or sticky expression remembers where it stopped: it is asked from the start each time. */
function matches(pattern: RegExp | undefined, name: string): boolean {
  return pattern === undefined || name.search(pattern) >= 0;
}
