import { createHash } from 'node:crypto';
import { scannerKey, type LayerWalk, type PackageScanner, type Scanner, type Want } from '../../contracts/index.ts';
import { parseLayerDigest, type EntryHeader, type Layer, type LayerDigest } from '../../core/index.ts';

export function sha256(bytes: Uint8Array): LayerDigest {
  return parseLayerDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
}

/** A layer whose blob is these bytes, given in chunks. */
export function blobLayer(
  blob: Uint8Array,
  options: { readonly digest?: LayerDigest; readonly diffId?: LayerDigest; readonly chunk?: number } = {},
): Layer {
  const { chunk = 65_536, ...digests } = options;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < blob.length; at += chunk) yield blob.subarray(at, at + chunk);
  }
  return { digest: sha256(blob), ...digests, content: { kind: 'blob', open: () => Promise.resolve(chunks()) } };
}

export function scannerFor(wants: (path: string, header: EntryHeader, peek?: Uint8Array) => Want, name = 'test'): PackageScanner {
  return { name, version: 1, kind: 'package', wants, scan: () => ({}) };
}

export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What a scanner got: contents by asked path. */
export async function filesOf(walk: LayerWalk, scanner: Scanner): Promise<ReadonlyMap<string, string>> {
  const contents = new Map<string, string>();
  for (const file of walk.files.get(scannerKey(scanner)) ?? []) contents.set(file.path, new TextDecoder().decode(await file.bytes()));
  return contents;
}
