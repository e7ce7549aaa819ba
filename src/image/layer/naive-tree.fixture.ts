import type { EntryType } from '../../core/index.ts';

/** One step in the making of a layer. */
export type Step =
  | { readonly kind: 'file' | 'directory' | 'other' | 'whiteout' | 'opaque'; readonly path: string }
  | { readonly kind: 'symlink' | 'hardlink'; readonly path: string; readonly target: string };

export interface NaiveNode {
  readonly type: EntryType;
  readonly layer: number;
  readonly target?: string;
  readonly content?: string;
}

export type NaiveTree = ReadonlyMap<string, NaiveNode>;

/** The content of the file that a step makes: no two are the same. */
export function contentOf(layer: number, step: number): string {
  return `layer ${layer} step ${step}`;
}

/**
 * The file systems after each layer, made the plain way: every layer is played entry by entry on an empty directory,
 * then laid over what is there.
 */
export function playLayers(layers: readonly (readonly Step[])[]): readonly NaiveTree[] {
  const states: NaiveTree[] = [];
  let state = new Map<string, NaiveNode>();
  layers.forEach((steps, layer) => {
    state = overlay(state, playSteps(steps, layer));
    states.push(state);
  });
  return states;
}

interface Played {
  readonly nodes: Map<string, NaiveNode>;
  readonly whiteouts: Set<string>;
  readonly opaques: Set<string>;
}

export function playSteps(steps: readonly Step[], layer: number): Played {
  const played: Played = { nodes: new Map(), whiteouts: new Set(), opaques: new Set() };
  const { nodes, whiteouts, opaques } = played;
  const directoryAt = (path: string): void => {
    const there = nodes.get(path)?.type;
    if (there !== 'directory' && there !== 'symlink') nodes.set(path, { type: 'directory', layer });
  };
  const parentsOf = (path: string): void => {
    for (const above of ancestors(path)) directoryAt(above);
  };
  steps.forEach((step, index) => {
    const { path } = step;
    parentsOf(path);
    if (step.kind === 'whiteout') whiteouts.add(path);
    else if (step.kind === 'opaque') {
      opaques.add(path);
      directoryAt(path);
    } else if (step.kind === 'directory') nodes.set(path, { type: 'directory', layer });
    else {
      for (const set of [nodes, whiteouts, opaques]) for (const other of set.keys()) if (other.startsWith(`${path}/`)) set.delete(other);
      if (step.kind === 'file') nodes.set(path, { type: 'file', layer, content: contentOf(layer, index) });
      else nodes.set(path, { type: step.kind, layer, ...('target' in step && { target: step.target }) });
    }
  });
  return played;
}

function overlay(below: NaiveTree, { nodes, whiteouts, opaques }: Played): Map<string, NaiveNode> {
  const result = new Map<string, NaiveNode>();
  for (const [path, node] of below) {
    const above = ancestors(path);
    const isHidden =
      nodes.has(path) ||
      whiteouts.has(path) ||
      above.some(
        (ancestor) =>
          whiteouts.has(ancestor) || opaques.has(ancestor) || (nodes.has(ancestor) && nodes.get(ancestor)?.type !== 'directory'),
      ) ||
      opaques.has('');
    if (!isHidden) result.set(path, node);
  }
  for (const [path, node] of nodes) if (path !== '') result.set(path, node);
  return result;
}

interface Followed {
  readonly path: string;
  readonly node: NaiveNode | undefined;
}

function follow(
  states: readonly NaiveTree[],
  top: number,
  parts: readonly string[],
  links: { left: number },
  followLast: boolean,
): Followed | undefined {
  const state = states[top] ?? new Map<string, NaiveNode>();
  const names = parts.filter((part) => part !== '' && part !== '.');
  const at: string[] = [];
  while (names.length > 0) {
    const name = names.shift() ?? '';
    if (name === '..') {
      at.pop();
      // A directory that is a link with entries of its own, when it is the end, is the link.
      if (names.length === 0 && at.length > 0) names.push(at.pop() ?? '');
      continue;
    }
    const path = [...at, name].join('/');
    let node = state.get(path);
    if (node?.type === 'hardlink') {
      if (links.left-- <= 0) return undefined;
      const bound = follow(states, node.layer, (node.target ?? '').split('/'), links, false);
      if (!bound?.node || bound.node.type === 'directory') return undefined;
      if (bound.node?.type !== 'symlink') {
        if (names.length > 0) return undefined;
        return bound;
      }
      node = bound.node;
    }
    if (!node) return undefined;
    const [next] = names;
    const hasOwn = next !== undefined && next !== '..' && state.has(`${path}/${next}`);
    if (node.type === 'symlink' && !hasOwn && (names.length > 0 || followLast)) {
      if (links.left-- <= 0 || !node.target) return undefined;
      if (node.target.startsWith('/')) at.length = 0;
      names.unshift(...node.target.split('/').filter((part) => part !== '' && part !== '.'));
      // `.` means the directory that the link lies in, and that may be a link with entries of its own.
      if (names.length === 0 && at.length > 0) names.push(at.pop() ?? '');
      continue;
    }
    if (node.type !== 'directory' && node.type !== 'symlink' && names.length > 0) return undefined;
    at.push(name);
    if (names.length === 0) return { path, node };
  }
  const path = at.join('/');
  return { path, node: path === '' ? { type: 'directory', layer: 0 } : state.get(path) };
}

/** The node that a path leads to in the state after the last layer; hard links lead through the state after their own. */
export function followNode(states: readonly NaiveTree[], path: string): { readonly path: string; readonly node: NaiveNode } | undefined {
  const end = follow(states, states.length - 1, path.split('/'), { left: 40 }, true);
  return end?.node && { path: end.path, node: end.node };
}

export function ancestors(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
