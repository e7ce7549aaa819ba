import type { Layer, ManifestDigest } from '../core/index.ts';
import { Sha256 } from '../runtime/index.ts';

/**
 * A digest for an image that has layers and no manifest: SHA-256 over the digests of the layers,
 * base first, each followed by a line feed. The same layers in the same order give the same digest,
 * on every machine and in every release.
 *
 * @example
 * ```ts
 * const manifest = { digest: manifestDigest(layers), layers };
 * ```
 */
export function manifestDigest(layers: readonly Pick<Layer, 'digest'>[]): ManifestDigest {
  const hash = new Sha256();
  for (const layer of layers) hash.update(`${layer.digest}\n`);
  return hash.digest() as ManifestDigest;
}
