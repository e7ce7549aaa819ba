import { layerKey, type Layer, type LayerDigest } from '../../core/index.ts';

/** The layers without repetitions, in the order of their first appearance. */
export function distinctLayers(layers: readonly Layer[]): readonly Layer[] {
  const byKey = new Map<LayerDigest, Layer>();
  for (const layer of layers) {
    const key = layerKey(layer);
    if (!byKey.has(key)) byKey.set(key, layer);
  }
  return [...byKey.values()];
}
