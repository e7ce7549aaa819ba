import type { Diagnostic } from '../core/index.ts';
import type { Advisory } from './advisory.ts';

/** HTTP validators of a body, kept to ask whether it changed. */
export interface Validators {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export type FeedResponse =
  | { readonly kind: 'body'; readonly body: AsyncIterable<Uint8Array>; readonly validators: Validators; readonly size?: number | undefined }
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'not-found' };

export interface FeedRequest {
  readonly validators?: Validators | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where feeds come from: upstream, a mirror of it or a directory. URLs are always upstream's. */
export interface FeedClient {
  /** Names where it all comes from: empty for upstream, else the mirror. Absent where it makes no difference. */
  readonly origin?: string;
  /** @throws FeedError for anything but 200, 304 and 404 */
  get(url: string, request?: FeedRequest): Promise<FeedResponse>;
  /** Whether there is anything at that URL. @throws FeedError */
  exists(url: string, request?: FeedRequest): Promise<boolean>;
}

/** What an updater remembers from one run to the next: opaque to everybody else. */
export type Fingerprint = string;

/** What a body tells: the feed, or just what changed in it since a fingerprint was made. */
export type FeedScope = 'whole' | 'delta';

export interface FetchOptions {
  readonly client: FeedClient;
  /** `delta` where the caller can also do with what changed since the fingerprint that it gives; `whole` if absent. */
  readonly accept?: FeedScope | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type Fetched =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'changed';
      /** A `delta` only where it was accepted and a fingerprint given: it holds on top of what was loaded with that one. `whole` if absent. */
      readonly scope?: FeedScope | undefined;
      readonly body: AsyncIterable<Uint8Array>;
      readonly fingerprint: Fingerprint;
      readonly size?: number | undefined;
    };

export interface ParseOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onDiagnostic?: (diagnostic: Diagnostic) => void;
}

/** Advisories of one feed: all of a part, or all of a name. */
export type AdvisorySelector = { readonly part: string } | { readonly name: string };

/** What a delta says. What it does not speak of stays as it is. */
export type FeedChange =
  /** All that the selector chooses is replaced by these, each of which it chooses too; by none: it is gone. */
  | { readonly kind: 'replaced'; readonly of: AdvisorySelector; readonly advisories: readonly Advisory[] }
  /** Parts that there still are. A delta that names any names all: every other part is gone. */
  | { readonly kind: 'present'; readonly parts: readonly string[] };

/** One feed. `fetch` and `parse` stay apart: offline use feeds `parse` from a file. */
export interface Updater {
  /** Unique, e.g. `alpine-main-v3.11-updater`. */
  readonly name: string;
  /** Grows when `parse` gives other rows for the same bytes: the fingerprint of an older version is not used. */
  readonly version: number;
  /** Whether the feed speaks of that namespace. */
  serves(namespace: string): boolean;
  /** @throws FeedError */
  fetch(fingerprint: Fingerprint | undefined, options: FetchOptions): Promise<Fetched>;
  /** The whole feed, streamed. @throws FeedError `FEED_MALFORMED`, `FEED_TRUNCATED`, `FEED_DELTA` for a body that tells no more than changes */
  parse(body: AsyncIterable<Uint8Array>, options?: ParseOptions): AsyncIterable<Advisory>;
  /** What a body of scope `delta` says, streamed; absent where `fetch` never gives one. @throws FeedError as `parse`, `FEED_MALFORMED` for any other body */
  parseDelta?(body: AsyncIterable<Uint8Array>, options?: ParseOptions): AsyncIterable<FeedChange>;
}

export interface DiscoverOptions extends Omit<FetchOptions, 'accept'> {
  /** Just the updaters for these namespaces; all if absent. */
  readonly namespaces?: readonly string[] | undefined;
}

/** Makes the updaters of one source: releases are found by asking, not hard-coded. */
export interface UpdaterSet {
  readonly id: string;
  /** Whether this source speaks of that namespace. */
  serves(namespace: string): boolean;
  /** Names of the updaters that an answer about the namespace needs; without asking anybody. */
  expected(namespace: string): readonly string[];
  /**
   * Version of an updater that `expected` names; without asking anybody. Data that another version loaded is not fresh.
   * A set that does not tell is asked for its updaters each time.
   */
  versionOf?(updater: string): number | undefined;
  /** @throws FeedError */
  discover(options: DiscoverOptions): Promise<readonly Updater[]>;
}
