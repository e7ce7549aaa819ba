import type { Ecosystem, IndexerStore, LayerEngine, LeaseProof, Locker } from '../contracts/index.ts';
import type { Diagnostic, IndexReport, IndexState, Layer, LayerDigest, Limits, Manifest } from '../core/index.ts';
import type { Logger, Semaphore } from '../runtime/index.ts';
import type { IndexProgress } from './options.ts';
import type { ScannerSet } from './scanner-set.ts';

/** What a Libindex works with. */
export interface Equipment {
  readonly store: IndexerStore;
  readonly locker: Locker;
  readonly engine: LayerEngine;
  readonly ecosystems: readonly Ecosystem[];
  readonly scanners: ScannerSet;
  readonly limits: Limits;
  readonly logger: Logger;
  /** How many layers are read at once. A place is taken before a layer's lock, so that who holds a lock can always work. */
  readonly reading: Semaphore;
}

/** A layer with content, and the caller that brought it. */
export interface LayerSource {
  readonly layer: Layer;
  /** Whether that caller still waits: once it left, its content may be closed. */
  isPresent(): boolean;
}

/** One image being indexed, before the lock on it is held. */
export interface IndexTask extends Equipment {
  readonly manifest: Manifest;
  /** Content for the layer of that key, of any caller that waits for this image. */
  readonly sourceOf: (key: LayerDigest) => LayerSource | undefined;
  readonly progress: (event: IndexProgress) => void;
  /** Called before a failure is stored: who asks from then on has seen it, and wants another try. */
  readonly onFailure: () => void;
  readonly signal: AbortSignal;
}

/** One image being indexed by the holder of its lock. */
export interface IndexContext extends IndexTask {
  /** Of the lock on the manifest. */
  readonly proof: LeaseProof;
}

/** What is carried from state to state. */
export interface IndexJob {
  readonly report: IndexReport;
  /** Keys of the layers that a scanner has not read yet; set by FetchLayers. */
  readonly unread: readonly LayerDigest[];
  /** Set by the driver when a state failed. */
  readonly failure?: unknown;
}

/** What a state says when it is done: where to go, or that this was the last one, or that nothing is to be done. */
export type Step =
  | { readonly kind: 'go'; readonly next: IndexState; readonly patch: Partial<IndexJob> }
  | { readonly kind: 'end'; readonly report: IndexReport }
  | { readonly kind: 'known'; readonly report: IndexReport };

/** A state of the machine. It persists no report and emits no state: the driver does. */
export type StateFunction = (context: IndexContext, job: IndexJob) => Promise<Step> | Step;

/** An empty report in the first state. */
export function emptyReport(manifest: Manifest): IndexReport {
  return {
    manifestHash: manifest.digest,
    state: 'CheckManifest',
    success: false,
    err: '',
    packages: new Map(),
    distributions: new Map(),
    repositories: new Map(),
    environments: new Map(),
    diagnostics: [] as readonly Diagnostic[],
  };
}
