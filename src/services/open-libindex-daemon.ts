import { openLibindex, type DataStoreOptions } from '../defaults/index.ts';
import { createLayerFetcher } from '../image/index.ts';
import type { Clock } from '../runtime/index.ts';
import type { HttpDaemon, HttpDaemonOptions } from './http/index.ts';
import { inWorkers } from './in-workers.ts';
import { createLibindexHttp } from './libindex-http.ts';

export interface LibindexDaemonOptions extends HttpDaemonOptions {
  readonly dataStore: DataStoreOptions;
  readonly layerScanConcurrency?: number | undefined;
  /** Hosts, also `host:port`, that layers may be fetched from although their address is private or loopback; none if absent. */
  readonly allowedLayerHosts?: readonly string[] | undefined;
  /** Layers may also be fetched over plain HTTP from another machine. */
  readonly insecure?: boolean | undefined;
  readonly clock?: Clock | undefined;
}

/** A `libindexhttp` over everything that comes with this package. @throws UsageError, StoreError */
export async function openLibindexDaemon(options: LibindexDaemonOptions): Promise<HttpDaemon> {
  const { dataStore, layerScanConcurrency, allowedLayerHosts = [], insecure = false, clock, logger } = options;
  await using opened = new AsyncDisposableStack();
  const fetcher = opened.use(createLayerFetcher({ http: { allowedHosts: allowedLayerHosts, insecure }, logger }));
  const libindex = await openLibindex({
    ...inWorkers(dataStore),
    fetcher,
    resources: [fetcher],
    ...(layerScanConcurrency !== undefined && { layerScanConcurrency }),
    ...(clock && { clock }),
    ...(logger && { logger }),
  });
  opened.move();
  return createLibindexHttp({ ...options, libindex });
}
