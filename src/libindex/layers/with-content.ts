import type { LayerFetcher } from '../../contracts/index.ts';
import type { Manifest } from '../../core/index.ts';

/** The manifest, its layers with what the fetcher gives for those that bring no content. */
export function withContent(manifest: Manifest, fetcher: LayerFetcher | undefined): Manifest {
  if (!fetcher) return manifest;
  const layers = manifest.layers.map((layer) => {
    const content = layer.content ?? fetcher.content(layer);
    return content ? { ...layer, content } : layer;
  });
  return { ...manifest, layers };
}
