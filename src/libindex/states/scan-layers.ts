import { layerKey } from '../../core/index.ts';
import type { IndexContext, IndexJob, Step } from '../index-context.ts';
import { allOrFirstError } from '../layers/all-or-first-error.ts';
import { distinctLayers } from '../layers/distinct-layers.ts';
import { scanLayer } from '../layers/scan-layer.ts';

/** Reads what is missing, layers in parallel, the largest first, each layer once; the first failure stops the others. */
export async function scanLayers(context: IndexContext, job: IndexJob): Promise<Step> {
  const unread = new Set(job.unread);
  const layers = distinctLayers(context.manifest.layers);
  for (const layer of layers) {
    if (!unread.has(layerKey(layer))) context.progress({ kind: 'layer-known', layer: layer.digest });
  }
  // The largest layer is what the image takes: begun last, it would be read alone at the end.
  const tasks = layers.filter((layer) => unread.has(layerKey(layer))).sort((a, b) => (b.size ?? 0) - (a.size ?? 0));
  await allOrFirstError(tasks, context.signal, (layer, signal) => scanLayer({ ...context, signal }, layer));
  return { kind: 'go', next: 'Coalesce', patch: {} };
}
