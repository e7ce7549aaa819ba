import type { UpdaterSet, UpdaterStatus } from '../../contracts/index.ts';
import type { FeedCoverage, FeedState } from '../../core/index.ts';
import { expectedUpdaters } from '../updating/expected-updaters.ts';

export interface FeedStatesOptions {
  readonly sets: readonly UpdaterSet[];
  readonly statuses: readonly UpdaterStatus[];
  /** ms since the last success after which a feed is stale. */
  readonly staleAfter: number;
  readonly now: Date;
  /** Whether the updater takes part in updates at all. */
  readonly isEnabled: (updater: string) => boolean;
}

/** How it stands with the feeds, by the status table and by what the updater sets expect. */
export class FeedStates {
  readonly #options: FeedStatesOptions;
  readonly #statuses: ReadonlyMap<string, UpdaterStatus>;
  readonly #expected = new Map<string, readonly string[]>();
  /** Ids of the sets that an updater was expected of. */
  readonly #setsOf = new Map<string, readonly string[]>();

  constructor(options: FeedStatesOptions) {
    this.#options = options;
    this.#statuses = new Map(options.statuses.map((status) => [status.updater, status]));
  }

  /** The updaters that an answer about the namespace needs, sorted. */
  expected(namespace: string): readonly string[] {
    let expected = this.#expected.get(namespace);
    if (!expected) {
      const sets = this.#options.sets.filter((set) => set.serves(namespace));
      for (const set of sets)
        for (const updater of set.expected(namespace)) this.#setsOf.set(updater, [...(this.#setsOf.get(updater) ?? []), set.id]);
      expected = expectedUpdaters(sets, [namespace]);
      this.#expected.set(namespace, expected);
    }
    return expected;
  }

  /**
   * Those whose rows count: what is expected; where nobody expects anything, whoever has something there. One feed takes the place of
   * another, it is never added to it: what a feed that was chosen once has left in the store says nothing. Sorted.
   */
  serving(namespace: string): readonly string[] {
    const expected = this.expected(namespace);
    if (expected.length > 0) return expected;
    const loaded = this.#options.statuses.filter(({ namespaces }) => namespaces.includes(namespace)).map(({ updater }) => updater);
    return loaded.sort();
  }

  isLoaded(updater: string): boolean {
    return this.#statuses.get(updater)?.lastSuccess !== undefined;
  }

  state(updater: string): FeedState {
    const { staleAfter, now, isEnabled } = this.#options;
    const lastSuccess = this.#statuses.get(updater)?.lastSuccess;
    if (lastSuccess !== undefined) return now.getTime() - Date.parse(lastSuccess) > staleAfter ? 'stale' : 'loaded';
    if (!isEnabled(updater)) return 'disabled';
    return this.#error(updater) === undefined ? 'missing' : 'failed';
  }

  coverage(updater: string): FeedCoverage {
    const status = this.#statuses.get(updater);
    const error = this.#error(updater);
    return {
      updater,
      state: this.state(updater),
      ...(status?.lastSuccess !== undefined && { fetchedAt: status.lastSuccess }),
      records: status?.advisories ?? 0,
      ...(error !== undefined && { error }),
    };
  }

  /** Of its last try; where it was never tried because its set could not be asked, of that. */
  #error(updater: string): string | undefined {
    const own = this.#statuses.get(updater);
    const statuses = own ? [own] : (this.#setsOf.get(updater) ?? []).map((id) => this.#statuses.get(id));
    return statuses.find((status) => status?.lastError !== undefined)?.lastError?.message;
  }
}
