import type { Diagnostic } from './diagnostic.ts';
import type { LayerDigest } from './digest.ts';
import type { EntryHeader } from './entry.ts';

/** One layer of an image. */
export interface Layer {
  /** Digest of the blob as the image's manifest names it; of a docker-archive, the layer's diffID. */
  readonly digest: LayerDigest;
  /** Digest of the uncompressed tar, where the image's config names it. */
  readonly diffId?: LayerDigest;
  readonly mediaType?: string;
  /** Bytes of the blob, as declared. */
  readonly size?: number;
  /** Where the blob can be fetched, and the request headers that needs. */
  readonly uri?: string;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  /** Where the bytes are at hand: set by an image source. */
  readonly content?: LayerContent;
}

/** The two names under which the facts of a layer are kept. */
export type LayerRef = Pick<Layer, 'digest' | 'diffId'>;

/** The name under which a layer's facts are looked up first: its diffID where known, else its blob's digest. */
export function layerKey(layer: LayerRef): LayerDigest {
  return layer.diffId ?? layer.digest;
}

export interface OpenContentOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The bytes of a layer: a blob as transferred (perhaps compressed), or a directory of this machine. */
export type LayerContent =
  | { readonly kind: 'blob'; open(options?: OpenContentOptions): Promise<AsyncIterable<Uint8Array>> }
  | {
      readonly kind: 'tree';
      entries(options?: OpenContentOptions): AsyncIterable<TreeEntry>;
      /** What could not be read of the tree. */
      readonly diagnostics?: readonly Diagnostic[];
    };

/** An entry of a directory tree that is not in a tar: its bytes are read only when asked for. */
export interface TreeEntry {
  /** Relative to the root, `/` between parts, no leading slash. */
  readonly path: string;
  readonly header: EntryHeader;
  /** The content of a regular file. */
  open(options?: OpenContentOptions): AsyncIterable<Uint8Array>;
}
