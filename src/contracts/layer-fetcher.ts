import type { Layer, LayerContent } from '../core/index.ts';

export interface OpenLayerOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The uncompressed tar of a layer, readable at any place. */
export interface LayerReader {
  /** Bytes of the tar. */
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A layer that was fetched and verified, at hand until it is disposed (the seed's `Layer.Files` and `Layer.Reader`). */
export interface OpenedLayer extends AsyncDisposable {
  /**
   * The content of regular files, links followed inside the layer. Every path has an entry under both spellings, with and without
   * the leading slash; what is not there is empty.
   * @throws InputError, LimitError, AbortedError
   */
  files(paths: readonly string[], options?: OpenLayerOptions): Promise<ReadonlyMap<string, Uint8Array>>;
  /** @throws InputError for a layer that is a directory tree and has no tar */
  reader(): Promise<LayerReader>;
}

/** Gets the bytes of layers that are given by address. Concurrent users of a layer share one transfer. */
export interface LayerFetcher extends AsyncDisposable {
  /** What the layer brings itself, else what its `uri` gives: nothing is asked before it is opened. Undefined where it has neither. */
  content(layer: Layer): LayerContent | undefined;
  /** Fetches and verifies the whole layer. @throws UsageError `USAGE_CLOSED`; InputError, FeedError, LimitError, AbortedError */
  open(layer: Layer, options?: OpenLayerOptions): Promise<OpenedLayer>;
}
