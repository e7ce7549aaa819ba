import type { ImageTree, TreeNode } from '../../contracts/index.ts';
import { aliasPaths } from './alias-paths.ts';
import { BlockCache } from './block-cache.ts';
import { MapReader } from './map-reader.ts';
import { fromKeyBytes } from './path-key.ts';
import { mergeMaps } from './merge-maps.ts';
import { followLink, resolvePath, whyUnresolved, type TreeViews } from './resolve-path.ts';
import { bytesSource } from './spool.ts';
import { MergedView, PartialView, toNode } from './tree-view.ts';

/** An image tree that can also be gone through. */
export interface ListableTree extends ImageTree {
  /** Every node, directories before what is in them. */
  nodes(): Iterable<TreeNode>;
}

/** {@link LayerEngine.merge}: the final file system of encoded layer maps, base first. @throws InputError `LAYER_MAP_CORRUPT` */
export function mergeTree(encoded: readonly Uint8Array[]): ListableTree {
  const cache = new BlockCache();
  const maps = encoded.map((bytes) => new MapReader(bytesSource(bytes), cache));
  const merged = mergeMaps(maps, cache);
  const final = new MergedView(merged);
  const views: TreeViews = { final, upTo: (layer) => new PartialView(maps, layer) };

  const tree: ListableTree = {
    locate: (path) => final.locate(path),
    resolve: (path) => resolvePath(path, views),
    isVisible: (path, layer) => final.locate(path)?.layer === layer,
    layersWith: (path) => maps.flatMap((map, layer) => (map.lookup(path)?.type === undefined ? [] : [layer])),
    linked: (options) => {
      const follow = (link: string): TreeNode | undefined => followLink(link, views);
      return aliasPaths({ merged, maps, tree, follow, whyUnresolved: (path) => whyUnresolved(path, views) }, options);
    },
    nodes: () => nodesOf(merged),
  };
  return tree;
}

function* nodesOf(merged: MapReader): Generator<TreeNode> {
  const cursor = merged.entries();
  while (cursor.next()) yield toNode(fromKeyBytes(cursor.key, cursor.length), cursor.record.extras[0] ?? 0, cursor.record);
}
