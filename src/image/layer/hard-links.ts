import type { EntryHeader } from '../../core/index.ts';
import type { MapReader } from './map-reader.ts';
import { fromKeyBytes } from './path-key.ts';

/** Hard links of hard links that are followed; an archive names the first file of them all. */
const maxChain = 40;

export type LinkEnd =
  | { readonly kind: 'file'; readonly path: string; readonly header: EntryHeader }
  | { readonly kind: 'missing' }
  | { readonly kind: 'cycle' };

/** Where a hard link of a layer ends within that layer; `missing` where the layer below may have it. */
export function followHardLink(map: MapReader, target: string): LinkEnd {
  let path = target;
  for (let hops = 0; hops < maxChain; hops += 1) {
    const record = map.lookup(path);
    if (record?.type === 'file') return { kind: 'file', path, header: { type: 'file', size: record.size, mode: record.mode } };
    if (record?.type !== 'hardlink' || !record.link) return { kind: 'missing' };
    path = linkText(record.link);
  }
  return { kind: 'cycle' };
}

/** All hard links of a layer, in the order of their paths. */
export function* hardLinks(map: MapReader): Generator<{ readonly path: string; readonly target: string }> {
  const cursor = map.entries();
  while (cursor.next()) {
    const { type, link } = cursor.record;
    if (type === 'hardlink' && link) yield { path: fromKeyBytes(cursor.key, cursor.length), target: linkText(link) };
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function linkText(link: Uint8Array): string {
  return decoder.decode(link);
}
