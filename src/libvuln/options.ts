import type { Enricher, FeedClient, Matcher, MatcherStore, UpdateOutcome, UpdaterSet, VersionScheme } from '../contracts/index.ts';
import type { Diagnostic } from '../core/index.ts';
import type { Clock, Logger } from '../runtime/index.ts';

export interface LibvulnOptions {
  /** Where advisories are kept; closed with the Libvuln. */
  readonly store: MatcherStore;
  readonly updaterSets: readonly UpdaterSet[];
  readonly matchers: readonly Matcher[];
  readonly enrichers?: readonly Enricher[];
  readonly versionSchemes: ReadonlyMap<string, VersionScheme>;
  /** Where feeds come from; absent: offline. */
  readonly feeds?: FeedClient;
  /** Whether `open` waits for a first update of all updaters, starts it, or leaves it; `none` if absent. */
  readonly initialUpdate?: 'wait' | 'background' | 'none';
  /** Gives up an opening that waits; means nothing once it is open. */
  readonly signal?: AbortSignal | undefined;
  /** ms between updates in the background; 6 h if absent. Only used where `initialUpdate` is not `none`. */
  readonly updateInterval?: number;
  /** Updaters that run at the same time; 2 if absent. */
  readonly updateConcurrency?: number;
  /** Only updaters whose name it matches. */
  readonly run?: RegExp;
  /** Update operations of each updater whose history is kept; 10 if absent. */
  readonly retention?: number;
  /** ms after which a feed counts as stale; 7 days if absent. */
  readonly staleAfter?: number;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Disposed with the Libvuln, after its store. */
  readonly resources?: readonly AsyncDisposable[];
}

export interface UpdateOptions {
  /** Just the updaters that these namespaces need. */
  readonly namespaces?: readonly string[] | undefined;
  /** Only updaters whose name it matches. */
  readonly only?: RegExp | undefined;
  /** ms: a feed that was confirmed more recently is left alone. 0 if absent: ask all. */
  readonly maxAge?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (event: UpdateProgress) => void;
}

/** What became of one updater. */
export type UpdateResult =
  | { readonly updater: string; readonly kind: 'updated'; readonly outcome: UpdateOutcome; readonly diagnostics: readonly Diagnostic[] }
  | { readonly updater: string; readonly kind: 'unchanged' }
  /** Confirmed less than `maxAge` ago. */
  | { readonly updater: string; readonly kind: 'fresh' }
  /** Another process runs it. */
  | { readonly updater: string; readonly kind: 'busy' }
  | { readonly updater: string; readonly kind: 'failed'; readonly error: unknown };

export type UpdateProgress =
  | { readonly kind: 'discovered'; readonly updaters: readonly string[] }
  | { readonly kind: 'started'; readonly updater: string }
  | {
      readonly kind: 'progress';
      readonly updater: string;
      readonly bytes: number;
      readonly total?: number | undefined;
      readonly advisories: number;
    }
  | { readonly kind: 'finished'; readonly result: UpdateResult };

export interface ScanReportOptions {
  readonly signal?: AbortSignal | undefined;
  /** False leaves out descriptions and links (they are read only for what is printed); true if absent. */
  readonly texts?: boolean;
}
