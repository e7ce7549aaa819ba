import { createHash, type Hash } from 'node:crypto';
import { InputError, parseLayerDigest, type Layer, type LayerDigest } from '../../core/index.ts';
import { detectCompression, magicLength } from '../../formats/compression/index.ts';

type Algorithm = 'sha256' | 'sha512';

function algorithmOf(digest: LayerDigest | undefined): Algorithm {
  return digest?.startsWith('sha512:') ? 'sha512' : 'sha256';
}

/** One stream of bytes under the algorithms that its declared digests use. */
class DigestSet {
  readonly #hashes: ReadonlyMap<Algorithm, Hash>;

  constructor(algorithms: Iterable<Algorithm>) {
    this.#hashes = new Map([...new Set(algorithms)].map((algorithm) => [algorithm, createHash(algorithm)]));
  }

  update(chunk: Uint8Array): void {
    for (const hash of this.#hashes.values()) hash.update(chunk);
  }

  digests(): ReadonlyMap<Algorithm, LayerDigest> {
    return new Map([...this.#hashes].map(([algorithm, hash]) => [algorithm, parseLayerDigest(`${algorithm}:${hash.digest('hex')}`)]));
  }
}

/**
 * Computes the digests of a layer and holds them against the declared ones. `digest` may name the blob or the tar (a
 * docker-archive names the tar's); `diffId` is the tar's. What is the same bytes is hashed once.
 */
export class LayerHashes {
  readonly #layer: Layer;
  readonly #blob: DigestSet | undefined;
  readonly #tar: DigestSet;
  #isPlain: boolean | undefined;

  constructor(layer: Layer) {
    this.#layer = layer;
    const { digest, diffId } = layer;
    this.#tar = new DigestSet([algorithmOf(diffId), algorithmOf(digest)]);
    if (digest !== diffId) this.#blob = new DigestSet([algorithmOf(digest)]);
  }

  blob(chunk: Uint8Array): void {
    this.#isPlain ??= isPlain(chunk);
    if (!this.#isPlain) this.#blob?.update(chunk);
  }

  tar(chunk: Uint8Array): void {
    this.#tar.update(chunk);
  }

  /** The digests, equal to what was declared. @throws InputError `DIGEST_MISMATCH` */
  verify(): { readonly digest: LayerDigest; readonly diffId: LayerDigest } {
    const { digest, diffId } = this.#layer;
    const tar = this.#tar.digests();
    const blob = this.#isPlain ? tar : this.#blob?.digests();
    const computedDiffId = tar.get(algorithmOf(diffId));
    const computed = blob?.get(algorithmOf(digest)) ?? tar.get(algorithmOf(digest));
    if (diffId !== undefined && diffId !== computedDiffId) throw mismatch(diffId, computedDiffId);
    if (digest !== computed && digest !== tar.get(algorithmOf(digest))) throw mismatch(digest, computed);
    return { digest, diffId: computedDiffId ?? digest };
  }
}

/** Whether the blob is the tar itself, judged by its first chunk; a wrong no only costs time. */
function isPlain(head: Uint8Array): boolean {
  if (head.length < magicLength) return false;
  try {
    return detectCompression(head) === 'none';
  } catch {
    return false;
  }
}

function mismatch(declared: LayerDigest, computed: LayerDigest | undefined): InputError {
  return new InputError('DIGEST_MISMATCH', { declared, computed });
}
