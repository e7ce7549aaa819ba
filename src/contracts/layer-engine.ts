import type { Diagnostic, EntryType, Layer, LayerDigest } from '../core/index.ts';
import type { LayerFile, Scanner } from './scanner.ts';

/** A path that a scanner asks for through links: read at `real`, given to the scanner as `asked`. */
export interface AskedPath {
  readonly asked: string;
  readonly real: string;
}

export interface WalkRequest {
  /** Its `content` must be set. */
  readonly layer: Layer;
  readonly scanners: readonly Scanner[];
  /** Instead of asking `wants`: just these paths, by {@link scannerKey}. */
  readonly asked?: ReadonlyMap<string, readonly AskedPath[]>;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the blob read so far. */
  readonly onProgress?: (bytes: number) => void;
}

export interface WalkStats {
  /** Bytes of the blob as transferred, and of the tar. */
  readonly blobBytes: number;
  readonly tarBytes: number;
  readonly entries: number;
  /** 2 where links led to bytes that the first pass had not kept. */
  readonly passes: 1 | 2;
}

/** What one walk over a layer gave. Its files are readable until it is disposed. */
export interface LayerWalk extends AsyncDisposable {
  /** By {@link scannerKey}, sorted by path; every scanner of the request has an entry. */
  readonly files: ReadonlyMap<string, readonly LayerFile[]>;
  /** Encoded layer map: every path with its type and link target. Absent when `asked` was given. */
  readonly map?: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
  /** Computed, and equal to what was declared. Of a tree both are the layer's own digest. */
  readonly digest: LayerDigest;
  readonly diffId: LayerDigest;
  readonly stats: WalkStats;
}

export interface TreeNode {
  /** Real path: no link in it, no leading slash; empty for the root. */
  readonly path: string;
  /** Index of the layer that holds it, base = 0. */
  readonly layer: number;
  readonly type: EntryType;
  readonly linkTarget?: string;
  /** Bytes of a file; 0 for all else. */
  readonly size?: number;
  /** Permission bits. */
  readonly mode?: number;
}

/** The final file system of an image, as the layer maps give it: whiteouts applied, content not at hand. */
export interface ImageTree {
  /** The node at that path, links not followed; undefined where there is none or it was removed. */
  locate(path: string): TreeNode | undefined;
  /**
   * The node that the path leads to: symbolic links followed from the image root, `..` stops there,
   * a hard link's bytes found in the maps up to its own layer. Undefined for circles and for links to nothing.
   */
  resolve(path: string): TreeNode | undefined;
  /** Whether the entry at that path in that layer is the one of the final image. */
  isVisible(path: string, layer: number): boolean;
  /** The layers whose map has the path as anything but a whiteout, base first, visible or not. */
  layersWith(path: string): readonly number[];
  /**
   * Every path that leads through at least one symbolic link (or a hard link into a lower layer) to a regular file,
   * sorted by path, once `select` is not false for it; at most `limit` paths are asked, then `onLimit` is called once.
   */
  linked(options: {
    readonly select: (asked: string, real: TreeNode) => boolean;
    readonly limit: number;
    readonly onLimit: () => void;
    /** Called for every path that ends in a symbolic link which leads in a circle, or to nothing. */
    readonly onBroken?: (asked: string, reason: 'cycle' | 'missing') => void;
  }): Iterable<{ readonly asked: string; readonly real: TreeNode }>;
}

/** What libindex needs of layers; `createLayerEngine` of the image room is the one that reads real ones. */
export interface LayerEngine {
  /**
   * Reads a layer once as a stream: verifies, decompresses, walks, gives each scanner the files that it wants.
   * @throws InputError, LimitError, AbortedError
   */
  walk(request: WalkRequest): Promise<LayerWalk>;
  /** The final file system of these layers, base first. @throws InputError `LAYER_MAP_CORRUPT` */
  merge(maps: readonly Uint8Array[]): ImageTree;
}
