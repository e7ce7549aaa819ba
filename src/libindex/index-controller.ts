import type { IndexerStore, Locker } from '../contracts/index.ts';
import type { IndexReport, Manifest } from '../core/index.ts';
import type { IndexProgress } from './options.ts';

/** Indexes the image of one call. */
export interface IndexController {
  /** @throws StoreError, AbortedError; anything about the image is in the report */
  run(): Promise<IndexReport>;
}

/** What one call is about. Callers that ask for one image at the same time share one call. */
export interface IndexCall {
  readonly manifest: Manifest;
  readonly store: IndexerStore;
  readonly locker: Locker;
  /** Tells every caller that takes part. */
  readonly progress: (event: IndexProgress) => void;
  /** Fires when no caller waits any more, and when the Libindex is closed. */
  readonly signal: AbortSignal;
}

/**
 * Builds the controller of one call (the seed's `ControllerFactory`): around the standard one, or in its place.
 *
 * @example
 * ```ts
 * const controllerFactory: ControllerFactory = ({ manifest }, standard) => ({
 *   run: async () => {
 *     console.time(manifest.digest);
 *     try {
 *       return await standard.run();
 *     } finally {
 *       console.timeEnd(manifest.digest);
 *     }
 *   },
 * });
 * ```
 */
export type ControllerFactory = (call: IndexCall, standard: IndexController) => IndexController;
