import type { ImageTree, TreeNode } from '../contracts/index.ts';
import type { FakeEntry } from './fake-layer-engine.ts';

/** The entries of a layer in order, as a fake layer map holds them; contents are not looked at. */
export type FakeMap = readonly (readonly [path: string, entry: FakeEntry])[];

/** A node, and for a hard link the file whose bytes it shares. */
interface FakeNode extends TreeNode {
  readonly bytes?: TreeNode;
}

const maxHops = 40;

type LinkedOptions = Parameters<ImageTree['linked']>[0];

/**
 * The final file system of some layers, done the plain way: one layer after another is put upon a map of paths.
 * Slow and short, so that it can be seen to be right.
 */
export class FakeTree implements ImageTree {
  readonly #nodes = new Map<string, FakeNode>([['', { path: '', layer: 0, type: 'directory' }]]);
  readonly #holders = new Map<string, Set<number>>();

  constructor(maps: readonly FakeMap[]) {
    maps.forEach((map, layer) => this.#apply(map, layer));
  }

  locate(path: string): TreeNode | undefined {
    return withoutBytes(this.#nodes.get(path));
  }

  resolve(path: string): TreeNode | undefined {
    const node = this.#follow(path);
    return node?.type === 'hardlink' ? node.bytes : withoutBytes(node);
  }

  /** Every node but the root. */
  *nodes(): Generator<TreeNode> {
    for (const node of this.#nodes.values()) if (node.path !== '') yield withoutBytes(node) ?? node;
  }

  isVisible(path: string, layer: number): boolean {
    return this.#nodes.get(path)?.layer === layer;
  }

  layersWith(path: string): readonly number[] {
    return [...(this.#holders.get(path) ?? [])];
  }

  *linked(options: LinkedOptions): Generator<{ readonly asked: string; readonly real: TreeNode }> {
    const onBroken = options.onBroken ?? (() => undefined);
    const all = [...this.#linkedBelow('', '', [], onBroken)].sort((a, b) => (a.asked < b.asked ? -1 : 1));
    for (const [index, { asked, real }] of all.entries()) {
      if (index >= options.limit) {
        options.onLimit();
        return;
      }
      if (options.select(asked, real)) yield { asked, real };
    }
  }

  #apply(map: FakeMap, layer: number): void {
    for (const [path, entry] of map) {
      if (typeof entry === 'string') continue;
      if ('whiteout' in entry) this.#remove(path);
      if ('opaque' in entry) this.#removeBelow(path);
    }
    for (const [path, entry] of map) {
      const isOpaque = typeof entry === 'object' && 'opaque' in entry;
      // A marker lies in a directory of its own layer: one that is opaque is such a directory.
      this.#makeParents(isOpaque ? `${path}/.` : path, layer);
      if (isOpaque || (typeof entry === 'object' && 'whiteout' in entry)) continue;
      this.#put(path, entry, layer);
    }
    // A hard link may stand before what it links to, which may be a hard link again.
    const hardLinks = map.flatMap(([path, entry]) =>
      typeof entry === 'object' && 'hardlink' in entry ? [[path, entry.hardlink] as const] : [],
    );
    for (const _ of hardLinks) for (const [path, target] of hardLinks) this.#bind(path, target);
  }

  #put(path: string, entry: FakeEntry, layer: number): void {
    this.#hold(path, layer);
    if (typeof entry === 'string') return this.#set({ path, layer, type: 'file' });
    if ('symlink' in entry) return this.#set({ path, layer, type: 'symlink', linkTarget: entry.symlink });
    if ('hardlink' in entry) return this.#set({ path, layer, type: 'hardlink', linkTarget: entry.hardlink });
    if (this.#nodes.get(path)?.type !== 'directory') this.#remove(path);
    this.#nodes.set(path, { path, layer, type: 'directory' });
  }

  #set(node: FakeNode): void {
    this.#remove(node.path);
    this.#nodes.set(node.path, node);
  }

  #makeParents(path: string, layer: number): void {
    const parts = path.split('/').slice(0, -1);
    for (let length = 1; length <= parts.length; length += 1) {
      const parent = parts.slice(0, length).join('/');
      this.#hold(parent, layer);
      // A directory that is there stays, with what is in it; the layer that names it last holds it.
      if (this.#nodes.get(parent)?.type !== 'directory') this.#remove(parent);
      this.#nodes.set(parent, { path: parent, layer, type: 'directory' });
    }
  }

  #bind(path: string, target: string): void {
    const node = this.#nodes.get(path);
    const bytes = this.#follow(target);
    if (node?.type !== 'hardlink' || !bytes) return;
    const real = bytes.type === 'hardlink' ? bytes.bytes : withoutBytes(bytes);
    if (real?.type === 'file') this.#nodes.set(path, { ...node, bytes: real });
  }

  #hold(path: string, layer: number): void {
    this.#holders.set(path, (this.#holders.get(path) ?? new Set()).add(layer));
  }

  #remove(path: string): void {
    this.#nodes.delete(path);
    this.#removeBelow(path);
  }

  #removeBelow(path: string): void {
    for (const other of this.#nodes.keys()) if (other !== '' && (path === '' || other.startsWith(`${path}/`))) this.#nodes.delete(other);
  }

  #follow(path: string): FakeNode | undefined {
    const end = this.#end(path);
    return typeof end === 'string' ? undefined : end;
  }

  #end(path: string): FakeNode | 'cycle' | 'missing' {
    const rest = path.split('/').filter((part) => part !== '');
    let at: string[] = [];
    let hops = 0;
    for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
      if (part === '.') continue;
      if (part === '..') {
        at.pop();
        continue;
      }
      const node = this.#nodes.get([...at, part].join('/'));
      if (!node) return 'missing';
      if (node.type === 'symlink') {
        hops += 1;
        if (hops > maxHops) return 'cycle';
        const target = node.linkTarget ?? '';
        if (target.startsWith('/')) at = [];
        rest.unshift(...target.split('/').filter((name) => name !== ''));
        continue;
      }
      if (node.type !== 'directory' && rest.length > 0) return 'missing';
      at.push(part);
    }
    return this.#nodes.get(at.join('/')) ?? 'missing';
  }

  /** No path leads through one link twice: that is what ends circles. */
  *#linkedBelow(
    asked: string,
    real: string,
    links: readonly string[],
    onBroken: NonNullable<LinkedOptions['onBroken']>,
  ): Generator<{ readonly asked: string; readonly real: TreeNode }> {
    for (const node of [...this.#nodes.values()].filter((child) => child.path !== '' && parentOf(child.path) === real)) {
      if (links.includes(node.path)) continue;
      const name = node.path.slice(node.path.lastIndexOf('/') + 1);
      const path = asked === '' ? name : `${asked}/${name}`;
      const end = this.#end(node.path);
      const target = typeof end === 'string' ? undefined : end;
      if (node.type === 'symlink' && typeof end === 'string') onBroken(path, end);
      if (node.type === 'symlink' && target?.type === 'hardlink' && !target.bytes) onBroken(path, 'missing');
      const passed = node.type === 'symlink' ? [...links, node.path] : links;
      if (target?.type === 'directory') yield* this.#linkedBelow(path, target.path, passed, onBroken);
      else if (target?.type === 'file' && passed.length > 0) yield { asked: path, real: target };
      else if (target?.bytes && (passed.length > 0 || target.bytes.layer < target.layer)) yield { asked: path, real: target.bytes };
    }
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function withoutBytes(node: FakeNode | undefined): TreeNode | undefined {
  if (!node) return undefined;
  const { path, layer, type, linkTarget } = node;
  return { path, layer, type, ...(linkTarget !== undefined && { linkTarget }) };
}
