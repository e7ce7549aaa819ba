import type { ImageTree } from '../../contracts/index.ts';

/** Whether a symbolic link is part of the path. */
export function isReachedByLink(path: string, tree: ImageTree): boolean {
  const entry = tree.locate(path);
  return entry === undefined || entry.type === 'symlink';
}
