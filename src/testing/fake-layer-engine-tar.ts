import { parseLayerDigest, type Layer, type LayerContent } from '../core/index.ts';
import { readAll, Sha256 } from '../runtime/index.ts';
import { fakeContent, type FakeEntry, type FakeLayer } from './fake-layer-engine.ts';
import { LayerBuilder } from './layer-builder.ts';

const maxBytes = 64 * 1024 * 1024;

/** The same layer as a tar, for the real engine. */
export function tarLayer(entries: FakeLayer): Layer & { readonly content: LayerContent } {
  return tarLayerOf(tarOf(entries));
}

export function tarOf(entries: FakeLayer): Uint8Array {
  const builder = new LayerBuilder();
  for (const [path, entry] of Object.entries(entries)) add(builder, path, entry);
  return builder.build();
}

/** A layer whose tar is these bytes. */
export function tarLayerOf(bytes: Uint8Array): Layer & { readonly content: LayerContent } {
  return { digest: parseLayerDigest(new Sha256().update(bytes).digest()), size: bytes.length, content: fakeContent(bytes) };
}

export async function collectBytes(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return await readAll(stream, { max: maxBytes, what: 'test data' });
}

function add(builder: LayerBuilder, path: string, entry: FakeEntry): LayerBuilder {
  if (typeof entry === 'string') return builder.file(path, entry);
  if ('symlink' in entry) return builder.symlink(path, entry.symlink);
  if ('hardlink' in entry) return builder.hardlink(path, entry.hardlink);
  if ('whiteout' in entry) return builder.whiteout(path);
  if ('opaque' in entry) return builder.opaque(path);
  return builder.directory(path);
}
