// What no scanner can go below: node's own zlib inflates the gzip layers of an OCI archive, one after another, and SHA-256 hashes what is declared
// (the blob of each layer and its uncompressed tar). Run as a process of its own: node baseline.ts ARCHIVE
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { OciArchive } from './oci-archive.ts';

const [path = ''] = process.argv.slice(2);
const archive = new OciArchive(path);

const began = performance.now();
for (const layer of archive.layers) {
  const blob = archive.blob(layer.digest);
  const compressed = createHash('sha256');
  const uncompressed = createHash('sha256');
  const inflate = layer.mediaType.endsWith('zstd')
    ? createZstdDecompress({ chunkSize: 128 * 1024 })
    : createGunzip({ chunkSize: 128 * 1024 });
  const source = createReadStream(path, { start: blob.offset, end: blob.offset + blob.size - 1, highWaterMark: 128 * 1024 });
  source.on('data', (chunk) => compressed.update(chunk));
  await pipeline(source, inflate, async (chunks) => {
    for await (const chunk of chunks as AsyncIterable<Buffer>) uncompressed.update(chunk);
  });
  compressed.digest();
  uncompressed.digest();
}
console.log(Math.round(performance.now() - began));
