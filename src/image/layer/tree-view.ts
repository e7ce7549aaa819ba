import type { TreeNode } from '../../contracts/index.ts';
import { linkText } from './hard-links.ts';
import type { MapReader } from './map-reader.ts';
import type { MapRecord } from './map-record.ts';

/** A file system in which a path can be looked up, links not followed. */
export interface TreeView {
  locate(path: string): TreeNode | undefined;
}

/** All layers, merged. */
export class MergedView implements TreeView {
  readonly #merged: MapReader;

  constructor(merged: MapReader) {
    this.#merged = merged;
  }

  locate(path: string): TreeNode | undefined {
    const record = this.#merged.lookup(path);
    if (!record?.type) return path === '' ? rootNode : undefined;
    return toNode(path, record.extras[0] ?? 0, record);
  }
}

/** The layers up to one of them, as they stood when it was the top. */
export class PartialView implements TreeView {
  readonly #maps: readonly MapReader[];
  readonly #top: number;

  constructor(maps: readonly MapReader[], top: number) {
    this.#maps = maps;
    this.#top = top;
  }

  locate(path: string): TreeNode | undefined {
    const prefixes = prefixesOf(path);
    for (let layer = this.#top; layer >= 0; layer -= 1) {
      const map = this.#maps[layer];
      const found = map && look(map, path, prefixes, layer);
      if (found === 'hidden') return undefined;
      if (found) return found;
    }
    return path === '' ? rootNode : undefined;
  }
}

const rootNode: TreeNode = { path: '', layer: 0, type: 'directory', size: 0, mode: 0o755 };

/** What one layer has there; `hidden` where it hides what the layers below have. */
function look(map: MapReader, path: string, prefixes: readonly string[], layer: number): TreeNode | 'hidden' | undefined {
  let isHidden = false;
  for (const prefix of prefixes) {
    const record = map.lookup(prefix);
    if (!record) {
      // Whatever lies below has its directories in the map; only the root may be missing.
      if (prefix === '') continue;
      return isHidden ? 'hidden' : undefined;
    }
    isHidden ||= record.isWhiteout || record.isOpaque || (record.type !== undefined && record.type !== 'directory');
  }
  const record = map.lookup(path);
  if (record?.type) return toNode(path, layer, record);
  return isHidden || record?.isWhiteout ? 'hidden' : undefined;
}

export function toNode(path: string, layer: number, record: MapRecord): TreeNode {
  const { type = 'other', size, mode, link } = record;
  return { path, layer, type, size, mode, ...(link && { linkTarget: linkText(link) }) };
}

/** The paths above, from the root down. */
function prefixesOf(path: string): readonly string[] {
  if (path === '') return [];
  const prefixes = [''];
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) prefixes.push(path.slice(0, slash));
  return prefixes;
}
