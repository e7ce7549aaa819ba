import type { ImageTree, TreeNode } from '../../contracts/index.ts';
import { followHardLink, linkText } from './hard-links.ts';
import type { MapReader } from './map-reader.ts';
import type { MapRecord } from './map-record.ts';
import { fromKeyBytes } from './path-key.ts';
import { join, maxLinks } from './resolve-path.ts';

type LinkedOptions = Parameters<ImageTree['linked']>[0];
type LinkedPath = { readonly asked: string; readonly real: TreeNode };

export interface AliasParts {
  readonly merged: MapReader;
  /** The maps of the layers, base first. */
  readonly maps: readonly MapReader[];
  readonly tree: Pick<ImageTree, 'resolve'>;
  /** Where a symbolic link leads, if it is to another one then that one. */
  readonly follow: (link: string) => TreeNode | undefined;
  readonly whyUnresolved: (path: string) => 'cycle' | 'missing';
}

/** A symbolic link as it is reached: under its own path, or under that of another link that leads to its directory. */
interface AliasLink {
  readonly alias: string;
  readonly link: string;
  /** The links that the alias already leads through. */
  readonly through: AliasLink | undefined;
}

/**
 * {@link ImageTree.linked}: first the paths through one link, then those through two, and so on, so that what the budget leaves
 * out are the long ways round. Every entry that is passed counts against the budget.
 */
export function aliasPaths(parts: AliasParts, options: LinkedOptions): readonly LinkedPath[] {
  return new AliasSearch(parts, options).run();
}

class AliasSearch {
  readonly #parts: AliasParts;
  readonly #options: LinkedOptions;
  readonly #found = new Map<string, TreeNode>();
  /** Symbolic links with entries below them in their own layer: hardly any image has one. */
  readonly #inhabited = new Set<string>();
  #queue: AliasLink[] = [];
  #budget: number;

  constructor(parts: AliasParts, options: LinkedOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#budget = options.limit;
  }

  run(): readonly LinkedPath[] {
    this.#start();
    while (this.#queue.length > 0 && this.#budget >= 0) {
      const links = this.#queue;
      this.#queue = [];
      for (const link of links) {
        this.#enter(link);
        if (this.#budget < 0) break;
      }
    }
    if (this.#budget < 0) this.#options.onLimit();
    return [...this.#found].map(([asked, real]) => ({ asked, real })).sort((a, b) => (a.asked < b.asked ? -1 : 1));
  }

  /** All links of the image, and the hard links whose file their own layer does not have under the name that they give. */
  #start(): void {
    const cursor = this.#parts.merged.entries();
    let before = 0;
    while (cursor.next()) {
      const { type, link, extras } = cursor.record;
      if (before > 0 && cursor.shared === before && cursor.key[before] === 0) this.#inhabited.add(this.#queue.at(-1)?.link ?? '');
      before = type === 'symlink' ? cursor.length : 0;
      if (type !== 'symlink' && type !== 'hardlink') continue;
      const path = fromKeyBytes(cursor.key, cursor.length);
      if (type === 'symlink') this.#queue.push({ alias: path, link: path, through: undefined });
      else if (link && !this.#isOwn(extras[0] ?? 0, linkText(link))) {
        if (!this.#spend()) return;
        this.#askHardLink(path, path);
      }
    }
  }

  #isOwn(layer: number, target: string): boolean {
    const map = this.#parts.maps[layer];
    return map !== undefined && followHardLink(map, target).kind === 'file';
  }

  #enter(link: AliasLink): void {
    if (!this.#spend()) return;
    const target = this.#parts.tree.resolve(link.link);
    if (target?.type === 'file') this.#ask(link.alias, target);
    else if (target?.type === 'directory') this.#list(link, target.path);
    else if (!target) this.#options.onBroken?.(link.alias, this.#parts.whyUnresolved(link.link));
    if (this.#inhabited.size > 0) this.#listInhabited(link);
  }

  /** A link to a link leads to what lies below that one, before it leads on. */
  #listInhabited(link: AliasLink): void {
    const passed = new Set<string>();
    for (let next = this.#parts.follow(link.link); next?.type === 'symlink'; next = this.#parts.follow(next.path)) {
      if (passed.has(next.path) || passed.size >= maxLinks || !this.#spend()) return;
      passed.add(next.path);
      // A circle leads back to where the entries are anyway.
      if (next.path !== link.alias && this.#inhabited.has(next.path)) this.#list(link, next.path);
    }
  }

  /** Everything below a directory, as the alias has it. */
  #list(through: AliasLink, directory: string): void {
    const skip = directory === '' ? 0 : directory.length + 1;
    for (const cursor of this.#parts.merged.below(directory)) {
      if (!this.#spend()) return;
      const { type } = cursor.record;
      if (type === 'directory' || type === 'other') continue;
      const path = fromKeyBytes(cursor.key, cursor.length);
      const alias = join(through.alias, path.slice(skip));
      if (type === 'symlink') this.#enqueue({ alias, link: path, through });
      else if (type === 'hardlink') this.#askHardLink(alias, path, through);
      else this.#ask(alias, toFile(path, cursor.record));
    }
  }

  #enqueue(link: AliasLink): void {
    for (let passed = link.through; passed; passed = passed.through) if (passed.link === link.link) return;
    this.#queue.push(link);
  }

  /** A hard link to a symbolic link is one itself, and may lead to a directory. */
  #askHardLink(asked: string, path: string, through?: AliasLink): void {
    const real = this.#parts.tree.resolve(path);
    if (real?.type === 'file') this.#ask(asked, real);
    else if (real?.type === 'directory') this.#enqueue({ alias: asked, link: path, through });
  }

  #ask(asked: string, real: TreeNode): void {
    // Hardly anything is selected, and to hash a new path takes longer than to refuse it.
    if (!this.#options.select(asked, real) || this.#found.has(asked)) return;
    // Where a layer has entries below a link of its own, the path is theirs: it leads here only if it says so itself.
    const end = this.#parts.tree.resolve(asked);
    if (end?.path === real.path && end.layer === real.layer) this.#found.set(asked, real);
  }

  #spend(): boolean {
    this.#budget -= 1;
    return this.#budget >= 0;
  }
}

function toFile(path: string, record: MapRecord): TreeNode {
  return { path, layer: record.extras[0] ?? 0, type: 'file', size: record.size, mode: record.mode };
}
