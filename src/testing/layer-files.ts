import type { LayerFile } from '../contracts/index.ts';
import { toBytes, type Content } from './layer-builder.ts';

/** Files as a scanner is given them, in the order in which it is: for tests that need no layer. */
export function layerFiles(contents: Readonly<Record<string, Content>> | Iterable<readonly [string, Content]>): readonly LayerFile[] {
  const entries = isIterable(contents) ? [...contents] : Object.entries(contents);
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([path, content]) => layerFile(path, toBytes(content)));
}

function isIterable(contents: object): contents is Iterable<readonly [string, Content]> {
  return Symbol.iterator in contents;
}

function layerFile(path: string, content: Uint8Array): LayerFile {
  return {
    path,
    realPath: path,
    header: { type: 'file', size: content.length, mode: 0o644 },
    bytes: () => Promise.resolve(content),
    read: (offset, length) => Promise.resolve(content.subarray(offset, offset + length)),
  };
}
