import type { ImageTree, TreeNode } from '../../contracts/index.ts';

/** The same tree; what was looked up once is not looked up again: coalescing asks of few paths, but often. */
export function rememberPaths(tree: ImageTree): ImageTree {
  return {
    locate: remember((path) => tree.locate(path)),
    resolve: remember((path) => tree.resolve(path)),
    isVisible: (path, layer) => tree.isVisible(path, layer),
    layersWith: (path) => tree.layersWith(path),
    linked: (options) => tree.linked(options),
  };
}

function remember(find: (path: string) => TreeNode | undefined): (path: string) => TreeNode | undefined {
  const known = new Map<string, TreeNode | undefined>();
  return (path) => {
    if (known.has(path)) return known.get(path);
    const node = find(path);
    known.set(path, node);
    return node;
  };
}
