import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { extract } from 'tar-stream';

type NaiveNode =
  | { readonly kind: 'file'; readonly content: Buffer }
  | { readonly kind: 'directory' }
  | { readonly kind: 'symlink'; readonly target: string };

/** Path → what is there. */
export type NaiveTree = Map<string, NaiveNode>;

/**
 * Lays layers over each other with another tar library than ours and no layer map, for the proofs only: first a layer's
 * whiteouts act on what lies below, then its entries are put there. A hard link is a copy of what its name held at that moment.
 */
export async function naiveTree(tars: readonly Uint8Array[]): Promise<NaiveTree> {
  const tree: NaiveTree = new Map();
  for (const tar of tars) {
    const entries = await readEntries(tar);
    for (const { path } of entries) applyWhiteout(tree, path);
    for (const entry of entries) if (!nameOf(entry.path).startsWith('.wh.')) put(tree, entry);
  }
  return tree;
}

/** Writes the tree as a root file system. */
export function writeTree(directory: string, tree: NaiveTree): string {
  mkdirSync(directory, { recursive: true });
  const written = new Map<Buffer, string>();
  for (const [path, node] of [...tree].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const place = join(directory, path);
    mkdirSync(dirname(place), { recursive: true });
    if (node.kind === 'directory') mkdirSync(place, { recursive: true });
    else if (node.kind === 'symlink') symlinkSync(node.target, place);
    else if (node.content.length > 0 && written.has(node.content)) linkSync(written.get(node.content) ?? '', place);
    else {
      writeFileSync(place, node.content);
      written.set(node.content, place);
    }
  }
  return directory;
}

interface NaiveEntry {
  readonly path: string;
  readonly node: NaiveNode | { readonly kind: 'hardlink'; readonly target: string } | undefined;
}

async function readEntries(tar: Uint8Array): Promise<readonly NaiveEntry[]> {
  const unpack = extract();
  unpack.end(tar);
  const entries: NaiveEntry[] = [];
  for await (const entry of unpack) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    const { name, type, linkname } = entry.header;
    entries.push({ path: clean(name), node: nodeOf(type, linkname ?? '', Buffer.concat(chunks)) });
  }
  return entries.filter(({ path }) => path !== '');
}

function nodeOf(type: string | null | undefined, target: string, content: Buffer): NaiveEntry['node'] {
  if (type === 'file' || type === 'contiguous-file') return { kind: 'file', content };
  if (type === 'directory') return { kind: 'directory' };
  if (type === 'symlink') return { kind: 'symlink', target };
  return type === 'link' ? { kind: 'hardlink', target: clean(target) } : undefined;
}

function applyWhiteout(tree: NaiveTree, path: string): void {
  const name = nameOf(path);
  const parent = dirname(path) === '.' ? '' : `${dirname(path)}/`;
  if (name === '.wh..wh..opq') remove(tree, (below) => below.startsWith(parent));
  else if (name.startsWith('.wh.')) removeAt(tree, parent + name.slice('.wh.'.length));
}

function put(tree: NaiveTree, { path, node }: NaiveEntry): void {
  const found: NaiveNode | undefined = node?.kind === 'hardlink' ? tree.get(node.target) : node;
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
    if (tree.get(parent)?.kind !== 'directory') tree.set(parent, { kind: 'directory' });
  }
  if (found?.kind === 'directory' && tree.get(path)?.kind === 'directory') return;
  removeAt(tree, path);
  if (found) tree.set(path, found);
}

function removeAt(tree: NaiveTree, path: string): void {
  remove(tree, (other) => other === path || other.startsWith(`${path}/`));
}

function remove(tree: NaiveTree, isGone: (path: string) => boolean): void {
  for (const path of tree.keys()) if (isGone(path)) tree.delete(path);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** No `.`, `..`, doubled or leading slash: what leads out stays inside. */
function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
