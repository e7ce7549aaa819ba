import type { FeedClient, FeedRequest } from '../contracts/index.ts';
import { openLibvuln, selectUpdaterSets, type DataStoreOptions, type FeedChoice } from '../defaults/index.ts';
import { createFeedClient, type Clock } from '../runtime/index.ts';
import type { HttpDaemon, HttpDaemonOptions } from './http/index.ts';
import { inWorkers } from './in-workers.ts';
import { createLibvulnHttp } from './libvuln-http.ts';

export interface LibvulnDaemonOptions extends HttpDaemonOptions {
  readonly dataStore: DataStoreOptions;
  /** Whether feeds are loaded before it resolves, beside that, or not at all. */
  readonly initialUpdate: 'wait' | 'background' | 'none';
  /** ms */
  readonly updateInterval?: number | undefined;
  /** Only updaters whose name it matches. */
  readonly run?: RegExp | undefined;
  readonly feedMirror?: string | undefined;
  readonly feedSources?: readonly FeedChoice[] | undefined;
  readonly offline?: boolean | undefined;
  /** A feed mirror on another machine may be asked without TLS. */
  readonly insecure?: boolean | undefined;
  readonly clock?: Clock | undefined;
  /** Ends the loading of feeds that is waited for. */
  readonly signal?: AbortSignal | undefined;
}

/** A `libvulnhttp` over everything that comes with this package. @throws UsageError, StoreError */
export async function openLibvulnDaemon(options: LibvulnDaemonOptions): Promise<HttpDaemon> {
  const { dataStore, initialUpdate, updateInterval, run, feedMirror, feedSources = [], clock, logger, signal } = options;
  await using opened = new AsyncDisposableStack();
  const feeds = opened.use(createFeedClient({ mirror: feedMirror, offline: options.offline, insecure: options.insecure === true }));
  // When it fires every updater that still runs fails at once, and what is waited for resolves.
  const opening = new AbortController();
  const stop = (): void => opening.abort();
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop, { once: true });
  const libvuln = await openLibvuln({
    ...inWorkers(dataStore),
    feeds: stoppable(feeds, opening.signal),
    resources: [feeds],
    updaterSets: selectUpdaterSets(feedSources),
    initialUpdate,
    ...(updateInterval !== undefined && { updateInterval }),
    ...(run && { run }),
    ...(clock && { clock }),
    ...(logger && { logger }),
  });
  signal?.removeEventListener('abort', stop);
  opened.move();
  return createLibvulnHttp({ ...options, libvuln });
}

/** The client, every request of which also ends when the signal fires. */
function stoppable(client: FeedClient, signal: AbortSignal): FeedClient {
  const either = (request: FeedRequest | undefined): FeedRequest => ({
    ...request,
    signal: request?.signal ? AbortSignal.any([request.signal, signal]) : signal,
  });
  return {
    ...(client.origin !== undefined && { origin: client.origin }),
    get: (url, request) => client.get(url, either(request)),
    exists: (url, request) => client.exists(url, either(request)),
  };
}
