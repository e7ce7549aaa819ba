// What no scanner can go below: node's own zlib inflates the gzip layers of an OCI archive, one after another, and SHA-256 hashes what is declared
// (the blob of each layer and its uncompressed tar). Run as a process of its own: node baseline.ts ARCHIVE
import { createHash } from 'node:crypto';
import { createReadStream, openSync, readSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';

interface Blob {
  readonly offset: number;
  readonly size: number;
}

/** Where the files of an uncompressed, plain tar stand. */
function indexArchive(path: string): Map<string, Blob> {
  const descriptor = openSync(path, 'r');
  const header = Buffer.alloc(512);
  const blobs = new Map<string, Blob>();
  for (let at = 0; readSync(descriptor, header, 0, 512, at) === 512 && header[0] !== 0;) {
    const name = header.toString('utf8', 0, 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(header.toString('latin1', 124, 136), 8);
    blobs.set(name, { offset: at + 512, size });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return blobs;
}

const [archive = ''] = process.argv.slice(2);
const blobs = indexArchive(archive);
const read = ({ offset, size }: Blob): Buffer => {
  const bytes = Buffer.alloc(size);
  readSync(openSync(archive, 'r'), bytes, 0, size, offset);
  return bytes;
};
const json = (name: string): unknown => {
  const blob = blobs.get(name);
  if (blob === undefined) throw new Error(`no ${name}`);
  return JSON.parse(read(blob).toString('utf8'));
};
const blobName = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
const index = json('index.json') as { manifests: { digest: string }[] };
const manifest = json(blobName(index.manifests[0]?.digest ?? '')) as { layers: { digest: string; mediaType: string }[] };

const began = performance.now();
for (const layer of manifest.layers) {
  const blob = blobs.get(blobName(layer.digest));
  if (blob === undefined) throw new Error(`no ${layer.digest}`);
  const compressed = createHash('sha256');
  const uncompressed = createHash('sha256');
  const inflate = layer.mediaType.endsWith('zstd')
    ? createZstdDecompress({ chunkSize: 128 * 1024 })
    : createGunzip({ chunkSize: 128 * 1024 });
  const source = createReadStream(archive, { start: blob.offset, end: blob.offset + blob.size - 1, highWaterMark: 128 * 1024 });
  source.on('data', (chunk) => compressed.update(chunk));
  await pipeline(source, inflate, async (chunks) => {
    for await (const chunk of chunks as AsyncIterable<Buffer>) uncompressed.update(chunk);
  });
  compressed.digest();
  uncompressed.digest();
}
console.log(Math.round(performance.now() - began));
