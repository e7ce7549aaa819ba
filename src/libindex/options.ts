import type { Ecosystem, IndexerStore, LayerEngine, LayerFetcher, Locker, Matcher, VersionScheme } from '../contracts/index.ts';
import type { IndexState, LayerDigest, Limits, ManifestDigest } from '../core/index.ts';
import type { Clock, Logger } from '../runtime/index.ts';
import type { ControllerFactory } from './index-controller.ts';

export interface LibindexOptions {
  /** Where results are kept; closed with the Libindex. Its locker serves unless another is given. */
  readonly store: IndexerStore;
  /** In place of the store's own; the store must honour its leases as proofs. */
  readonly locker?: Locker;
  readonly engine: LayerEngine;
  /** Gets layers that are given by address. It stays the caller's to close, or is named among `resources`. Absent: a layer must bring its content. */
  readonly fetcher?: LayerFetcher;
  /** What to look for. Scanners of one identity in several ecosystems must be one object; they run once. */
  readonly ecosystems: readonly Ecosystem[];
  /** How many layers are read at the same time, over all images; 4 if absent. */
  readonly layerScanConcurrency?: number;
  /** Builds what indexes the image of one call; the standard state machine if absent. */
  readonly controllerFactory?: ControllerFactory;
  /** Who judges which images a vulnerability affects: those of the Libvuln that found it. Only for `affectedManifests`. */
  readonly matchers?: readonly Matcher[];
  /** How the versions of those matchers are ordered. */
  readonly versionSchemes?: ReadonlyMap<string, VersionScheme>;
  /** Disposed with the Libindex, after its store. */
  readonly resources?: readonly AsyncDisposable[];
  /** Those that are absent have their default; only `linkPaths` is libindex's own, the rest are the engine's. */
  readonly limits?: Partial<Limits>;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

export interface IndexOptions {
  /** Called as things happen; what it throws is logged and does not stop the work. */
  readonly onProgress?: (event: IndexProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** For calls that show no progress. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What happens while an image is indexed. */
export type IndexProgress =
  | { readonly kind: 'state'; readonly manifest: ManifestDigest; readonly state: IndexState }
  /** Another process indexes the image: waiting for its report. */
  | { readonly kind: 'manifest-waiting'; readonly manifest: ManifestDigest }
  /** Facts of the layer were there already: it is not read. */
  | { readonly kind: 'layer-known'; readonly layer: LayerDigest }
  /** Another process or call reads the layer: waiting for its facts. */
  | { readonly kind: 'layer-waiting'; readonly layer: LayerDigest }
  /** `bytes` of the blob were read; `total` where it is declared. */
  | { readonly kind: 'layer-progress'; readonly layer: LayerDigest; readonly bytes: number; readonly total?: number | undefined }
  | {
      readonly kind: 'layer-done';
      readonly layer: LayerDigest;
      readonly blobBytes: number;
      readonly tarBytes: number;
      readonly entries: number;
      readonly passes: 1 | 2;
      /** ms */
      readonly time: number;
    }
  /** A layer was read again because another layer's links lead into it. */
  | { readonly kind: 'layer-reread'; readonly layer: LayerDigest; readonly paths: number };
