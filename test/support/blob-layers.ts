import { readFileSync } from 'node:fs';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { isDigest, type Layer, type LayerDigest } from '../../src/core/index.ts';
import { sha256 } from '../../src/testing/image-builder.ts';

/** A layer whose blob is these bytes. */
export function blobLayer(blob: Uint8Array, declared: Partial<Pick<Layer, 'digest' | 'diffId'>> = {}): Layer {
  return {
    digest: sha256(blob) as LayerDigest,
    ...declared,
    content: { kind: 'blob', open: () => Promise.resolve(inPieces(blob)) },
  };
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const size = 65_536;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** All files of a tar, by another library than ours. */
export async function readTar(archive: Uint8Array): Promise<ReadonlyMap<string, Buffer>> {
  const unpack = extract();
  unpack.end(archive);
  const files = new Map<string, Buffer>();
  for await (const entry of unpack) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    files.set(entry.header.name.replace(/^\.\//, ''), Buffer.concat(chunks));
  }
  return files;
}

interface OciDescriptor {
  readonly digest: string;
}

/** The layers of the one image of an OCI archive, as its blobs are, base first; read without any code of ours. */
export async function ociArchiveBlobs(path: string): Promise<readonly Buffer[]> {
  const files = await readTar(readFileSync(path));
  const blob = (digest: string): Buffer => {
    const bytes = files.get(`blobs/${digest.replace(':', '/')}`);
    if (!bytes || !isDigest(digest)) throw new Error(`no blob ${digest}`);
    return bytes;
  };
  const json = (bytes: Buffer | undefined): unknown => JSON.parse(String(bytes));
  const [first] = (json(files.get('index.json')) as { readonly manifests: readonly OciDescriptor[] }).manifests;
  if (!first) throw new Error('an index without a manifest');
  const { layers } = json(blob(first.digest)) as { readonly layers: readonly OciDescriptor[] };
  return layers.map(({ digest }) => blob(digest));
}

/** The layers of the one image of a docker-archive, as they are in it, base first; read without any code of ours. */
export async function dockerArchiveBlobs(archive: Uint8Array): Promise<readonly Buffer[]> {
  const files = await readTar(archive);
  const [image] = JSON.parse(String(files.get('manifest.json'))) as readonly { readonly Layers: readonly string[] }[];
  return (image?.Layers ?? []).map((path) => {
    const bytes = files.get(path);
    if (!bytes || bytes.length === 0) throw new Error(`no layer ${path}`);
    return bytes;
  });
}

/** The tar of a blob that is plain, gzip or zstd. */
export function decompressed(blob: Uint8Array): Uint8Array {
  if (blob[0] === 0x1f && blob[1] === 0x8b) return gunzipSync(blob);
  return blob[0] === 0x28 && blob[1] === 0xb5 ? zstdDecompressSync(blob) : blob;
}
