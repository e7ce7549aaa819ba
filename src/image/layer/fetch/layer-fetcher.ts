import type { LayerEngine, LayerFetcher, OpenedLayer, OpenLayerOptions } from '../../../contracts/index.ts';
import { defaultLimits, InputError, UsageError, type Layer, type LayerContent, type Limits } from '../../../core/index.ts';
import {
  checkChoice,
  checkInteger,
  createHttpClient,
  defaultRetryPolicy,
  Semaphore,
  silentLogger,
  type HttpClient,
  type HttpClientOptions,
  type Logger,
  type RetryPolicy,
} from '../../../runtime/index.ts';
import { createLayerEngine } from '../engine.ts';
import { parseBlobAddress } from './blob-address.ts';
import { keepLayer, layerFetchModes, type LayerFetchMode } from './keep-layer.ts';
import { limitedStream } from './limited-stream.ts';
import { HeldLayer, shareLayer, type SharedLayer } from './opened-layer.ts';
import { readRemoteBlob } from './read-remote-blob.ts';
import { SharedOpenings } from './shared-openings.ts';
import { sourceOf } from './source-of.ts';

export interface LayerFetcherOptions {
  /** Where the uncompressed tar of an opened layer is kept for its `reader()`; `stream` if absent. */
  readonly mode?: LayerFetchMode | undefined;
  /** A client, which stays the caller's to close, or the options of one: allowed hosts, `insecure`, proxies, authorities. */
  readonly http?: HttpClient | HttpClientOptions | undefined;
  /** Those that are absent have their default. */
  readonly limits?: Partial<Limits> | undefined;
  /** Bytes of one tar that may be kept in memory, for `inmem` (more is a LimitError) and `tee` (more is only on disk); 1 GiB if absent. */
  readonly memoryBytes?: number | undefined;
  /** Where opened layers are kept on disk; the system's temporary directory if absent. */
  readonly tempDirectory?: string | undefined;
  /** How often a request, or a transfer that made no headway, is tried again; 4 if absent. */
  readonly retries?: number | undefined;
  /** How many transfers run at the same time; 8 if absent. */
  readonly concurrency?: number | undefined;
  readonly logger?: Logger | undefined;
}

/**
 * Fetches layers that are given by address, over HTTP. Nothing is asked of anybody before a layer is read.
 *
 * @example
 * ```ts
 * await using fetcher = createLayerFetcher({ http: { allowedHosts: ['blobs.internal:8080'] } });
 * await using layer = await fetcher.open({ digest, uri: 'https://blobs.internal:8080/base', headers: { authorization: ['Bearer …'] } });
 * const release = (await layer.files(['etc/os-release'])).get('etc/os-release');
 * ```
 * @throws UsageError `USAGE_OPTION`
 */
export function createLayerFetcher(options: LayerFetcherOptions = {}): LayerFetcher {
  return new HttpLayerFetcher(options);
}

class HttpLayerFetcher implements LayerFetcher {
  readonly #mode: LayerFetchMode;
  readonly #limits: Limits;
  readonly #memoryBytes: number;
  readonly #tempDirectory: string | undefined;
  readonly #engine: LayerEngine;
  readonly #http: HttpClient;
  readonly #ownsHttp: boolean;
  readonly #retry: RetryPolicy;
  readonly #places: Semaphore;
  readonly #logger: Logger;
  readonly #openings = new SharedOpenings<SharedLayer>();
  readonly #closing = new AbortController();

  constructor(options: LayerFetcherOptions) {
    const { mode = 'stream', retries = 4, concurrency = 8, memoryBytes = 1024 ** 3, http = {}, logger = silentLogger } = options;
    checkChoice('mode', mode, layerFetchModes);
    checkInteger('retries', retries, { min: 0, max: 100 });
    checkInteger('concurrency', concurrency, { min: 1, max: 10_000 });
    checkInteger('memoryBytes', memoryBytes, { min: 0, max: Number.MAX_SAFE_INTEGER, unit: 'bytes' });
    this.#mode = mode;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#memoryBytes = memoryBytes;
    this.#tempDirectory = options.tempDirectory;
    this.#engine = createLayerEngine({ limits: options.limits, tempDirectory: options.tempDirectory });
    this.#retry = { ...defaultRetryPolicy, retries, ...('request' in http ? {} : http.retry) };
    this.#ownsHttp = !('request' in http);
    this.#http =
      'request' in http ? http : createHttpClient({ logger, maxBodyBytes: this.#limits.layerBytes, ...http, retry: this.#retry });
    this.#places = new Semaphore(concurrency);
    this.#logger = logger;
  }

  content(layer: Layer): LayerContent | undefined {
    if (layer.content) return layer.content;
    if (layer.uri === undefined) return undefined;
    return { kind: 'blob', open: async ({ signal } = {}) => this.#stream(layer, signal) };
  }

  async open(layer: Layer, { signal }: OpenLayerOptions = {}): Promise<OpenedLayer> {
    this.#assertOpen();
    const content = this.content(layer);
    if (!content) throw new InputError('LAYER_CONTENT_MISSING', { layer: layer.digest });
    const origin = layer.content ? 'at-hand' : 'fetched';
    const keep = async (stop: AbortSignal): Promise<SharedLayer> => {
      const keeping = { mode: this.#mode, origin, limits: this.#limits, memoryBytes: this.#memoryBytes, signal: stop } as const;
      const kept = await keepLayer({ ...layer, content }, { ...keeping, tempDirectory: this.#tempDirectory });
      return shareLayer(kept, this.#engine, this.#limits.fileBytes);
    };
    const share = await this.#openings.join({ ...sourceOf(layer), open: keep, signal });
    return new HeldLayer(share);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#openings.stop();
    if (this.#ownsHttp) await this.#http[Symbol.asyncDispose]();
  }

  #stream(layer: Layer, outer: AbortSignal | undefined): AsyncIterable<Uint8Array> {
    this.#assertOpen();
    const address = parseBlobAddress(layer);
    const signal = AbortSignal.any(outer ? [outer, this.#closing.signal] : [this.#closing.signal]);
    const { size } = layer;
    return limitedStream(this.#places, signal, () =>
      readRemoteBlob(address, {
        http: this.#http,
        retry: this.#retry,
        size,
        limit: this.#limits.layerBytes,
        logger: this.#logger,
        signal,
      }),
    );
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw new UsageError('USAGE_CLOSED', { what: 'layer fetcher' });
  }
}
