import type { LayerEngine } from '../../contracts/index.ts';
import { defaultLimits, type Limits } from '../../core/index.ts';
import { mergeTree } from './tree.ts';
import { walkLayer } from './walk.ts';

export interface LayerEngineOptions {
  /** Those that are absent have their default. */
  readonly limits?: Partial<Limits> | undefined;
  /** Where files and maps go that are too large to keep in memory; the system's temporary directory if absent. */
  readonly tempDirectory?: string | undefined;
}

/**
 * The engine that reads real layers: tar archives, plain or compressed, and directory trees.
 *
 * ```ts
 * const engine = createLayerEngine();
 * await using walk = await engine.walk({ layer, scanners });
 * ```
 */
export function createLayerEngine(options: LayerEngineOptions = {}): LayerEngine {
  const limits: Limits = { ...defaultLimits, ...options.limits };
  return Object.freeze({
    walk: (request) => walkLayer(request, { limits, tempDirectory: options.tempDirectory }),
    merge: mergeTree,
  } satisfies LayerEngine);
}
