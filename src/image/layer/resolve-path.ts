import type { TreeNode } from '../../contracts/index.ts';
import type { TreeView } from './tree-view.ts';

/** Links on the way to one file: as many as Linux follows (path_resolution(7)). */
export const maxLinks = 40;

/** The file systems in which paths are resolved. */
export interface TreeViews {
  readonly final: TreeView;
  /** The layers up to that one. */
  upTo(layer: number): TreeView;
}

/** Why a path leads to nothing: its links go round, or are more than anybody follows; or something on the way is not there. */
export function whyUnresolved(path: string, views: TreeViews): 'cycle' | 'missing' {
  const resolution = new Resolution(views);
  resolution.follow(path, views.final);
  return resolution.hasPassedTooMany ? 'cycle' : 'missing';
}

/**
 * The node that a path leads to: symbolic links followed from the root, where `..` stops; a hard link is the file that it bound
 * when its layer was the top. Where a layer has entries below a symbolic link of its own, a path means them first.
 *
 * @returns undefined for circles and for links to nothing
 */
export function resolvePath(path: string, views: TreeViews): TreeNode | undefined {
  return new Resolution(views).follow(path, views.final);
}

/** The node that a symbolic link names, be it a symbolic link again. */
export function followLink(link: string, views: TreeViews): TreeNode | undefined {
  const node = views.final.locate(link);
  return node?.type === 'symlink' ? new Resolution(views).followOnce(node, views.final) : undefined;
}

class Resolution {
  readonly #views: TreeViews;
  #links = 0;

  constructor(views: TreeViews) {
    this.#views = views;
  }

  /** Whether there were more links on the way than are followed. */
  get hasPassedTooMany(): boolean {
    return this.#links > maxLinks;
  }

  /** Follows everything, the last part too. */
  follow(path: string, view: TreeView): TreeNode | undefined {
    return this.#walk('', path, view, 'follow');
  }

  followOnce({ path, linkTarget = '' }: TreeNode, view: TreeView): TreeNode | undefined {
    return linkTarget === '' ? undefined : this.#walk(parent(path), linkTarget, view, 'keep');
  }

  /**
   * Goes from a real directory along a path.
   * With `keep`, a symbolic link at the very end is given as it is: that is what a hard link to it means.
   */
  #walk(from: string, path: string, view: TreeView, last: 'follow' | 'keep'): TreeNode | undefined {
    let current = path.startsWith('/') ? '' : from;
    let rest = parts(path);
    for (;;) {
      [current, rest] = climb(current, rest);
      const step = this.#step(current, rest, view);
      if (!step) return undefined;
      const [node, remaining] = step;
      const isLast = remaining.length === 0;
      const target = isLast && last === 'keep' && node.type === 'symlink' ? node : this.#bind(node);
      if (!target) return undefined;
      if (target.type === 'symlink' && !(isLast && last === 'keep')) {
        this.#links += 1;
        const text = target.linkTarget ?? '';
        if (this.#links > maxLinks || text === '') return undefined;
        // A hard link to a symbolic link is read where the hard link stands.
        current = text.startsWith('/') ? '' : parent(node.path);
        rest = [...parts(text), ...remaining];
        continue;
      }
      if (isLast) return target;
      if (target.type !== 'directory' && !this.#hasBelow(node, remaining, view)) return undefined;
      current = node.path;
      rest = remaining;
    }
  }

  /** The next node that matters, and the parts behind it: all parts at once where they can be looked up so. */
  #step(current: string, rest: readonly string[], view: TreeView): readonly [TreeNode, readonly string[]] | undefined {
    if (!rest.includes('..')) {
      const node = view.locate(join(current, rest.join('/')));
      if (node) return [node, []];
    }
    for (let count = 1; count <= rest.length; count += 1) {
      const part = rest[count - 1];
      if (part === '..') {
        const node = view.locate(join(current, rest.slice(0, count - 1).join('/')));
        return node && [node, rest.slice(count - 1)];
      }
      const node = view.locate(join(current, rest.slice(0, count).join('/')));
      if (!node) return undefined;
      const isThrough = node.type === 'directory' || (node.type === 'symlink' && this.#hasBelow(node, rest.slice(count), view));
      if (!isThrough) return [node, rest.slice(count)];
    }
    return undefined;
  }

  #hasBelow(node: TreeNode, remaining: readonly string[], view: TreeView): boolean {
    const [next] = remaining;
    return next !== undefined && next !== '..' && view.locate(join(node.path, next)) !== undefined;
  }

  /** A hard link's file; anything else is itself. */
  #bind(node: TreeNode): TreeNode | undefined {
    let bound = node;
    while (bound.type === 'hardlink') {
      this.#links += 1;
      if (this.#links > maxLinks) return undefined;
      const found = this.#walk('', bound.linkTarget ?? '', this.#views.upTo(bound.layer), 'keep');
      // link(2): there are no hard links to directories.
      if (!found || found.type === 'directory') return undefined;
      bound = found;
    }
    return bound;
  }
}

function parts(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** Takes the `..` at the front: the directory is a real one, so the one above it is plain to see. */
function climb(current: string, rest: readonly string[]): [string, readonly string[]] {
  let directory = current;
  let count = 0;
  for (; rest[count] === '..'; count += 1) directory = parent(directory);
  return [directory, rest.slice(count)];
}

export function join(directory: string, name: string): string {
  if (name === '') return directory;
  return directory === '' ? name : `${directory}/${name}`;
}

function parent(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
