import type { LayerArtifact, LayerFacts } from '../../contracts/index.ts';
import { ClaircoreError, layerKey, type Diagnostic, type LayerDigest } from '../../core/index.ts';
import type { IndexContext } from '../index-context.ts';
import { distinctLayers } from '../layers/distinct-layers.ts';

/** Everything that is stored of the layers of an image, base first; a layer that is there twice has two places. */
export interface StoredLayers {
  readonly facts: readonly LayerFacts[];
  /** Encoded layer maps. */
  readonly maps: readonly Uint8Array[];
  /** What the walks said. */
  readonly walks: readonly (readonly Diagnostic[])[];
}

interface StoredLayer {
  readonly map: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
  readonly artifacts: readonly LayerArtifact[];
  readonly asked: readonly LayerArtifact[];
}

/** Reads what ScanLayers stored. */
export async function loadLayers({ manifest, store, scanners }: IndexContext): Promise<StoredLayers> {
  const byKey = new Map<LayerDigest, StoredLayer>();
  for (const layer of distinctLayers(manifest.layers)) {
    const walk = await store.layerWalk(layer);
    // All scanners read the layer, so that its map was stored with what they found.
    if (!walk) throw new ClaircoreError('INTERNAL', { layer: layer.digest, missing: 'layer map' });
    const artifacts = await store.layerArtifacts(layer, scanners.all);
    const asked = await store.askedArtifacts(layer, scanners.all);
    byKey.set(layerKey(layer), { ...walk, artifacts, asked });
  }
  const stored = manifest.layers.flatMap((layer) => byKey.get(layerKey(layer)) ?? []);
  return {
    facts: manifest.layers.map((layer, index) => ({ layer, artifacts: stored[index]?.artifacts ?? [], asked: stored[index]?.asked ?? [] })),
    maps: stored.map((layer) => layer.map),
    walks: stored.map((layer) => layer.diagnostics),
  };
}
