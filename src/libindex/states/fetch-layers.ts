import { InputError, layerKey, type LayerDigest } from '../../core/index.ts';
import type { IndexContext, Step } from '../index-context.ts';
import { distinctLayers } from '../layers/distinct-layers.ts';

/**
 * Which layers must be read, and is their content at hand? Nothing is transferred here: reading is one with scanning.
 * That no layer must be read is as good as any answer.
 */
export async function fetchLayers({ manifest, store, scanners, sourceOf }: IndexContext): Promise<Step> {
  const unread: LayerDigest[] = [];
  for (const layer of distinctLayers(manifest.layers)) {
    const missing = await store.missingScanners(layer, scanners.all);
    if (missing.length === 0) continue;
    const key = layerKey(layer);
    if (!sourceOf(key)) throw new InputError('LAYER_CONTENT_MISSING', { layer: layer.digest });
    unread.push(key);
  }
  return { kind: 'go', next: 'ScanLayers', patch: { unread } };
}
