import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';

const block = 512;

/** A ustar header, by hand: the bench shares no code with what it measures. */
function header(name: string, size: number, type: string): Buffer {
  const bytes = Buffer.alloc(block);
  const slash = name.length > 100 ? name.lastIndexOf('/', 154) : -1;
  bytes.write(name.slice(slash + 1), 0, 100);
  if (slash > 0) bytes.write(name.slice(0, slash), 345, 155);
  bytes.write('0000644\0', 100);
  bytes.write('0000000\0', 108);
  bytes.write('0000000\0', 116);
  bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  bytes.write('14510530400\0', 136);
  bytes.fill(' ', 148, 156);
  bytes.write(type, 156);
  bytes.write('ustar\u000000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

function file(name: string, content: Buffer): Buffer {
  return Buffer.concat([header(name, content.length, '0'), content, Buffer.alloc((block - (content.length % block)) % block)]);
}

/** Bytes that compress to about two fifths, as a real image's do; the same for the same seed. */
function filler(seed: number, length: number): Buffer {
  const words: Buffer[] = [];
  let state = (seed * 2654435761 + 1) >>> 0;
  let size = 0;
  while (size < length) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const word = Buffer.from(`${state.toString(36)}_${(state % 977).toString(2)} ${String(state % 50).repeat(3)}\n`);
    words.push(word);
    size += word.length;
  }
  return Buffer.concat(words, size).subarray(0, length);
}

function layerTar(layer: number, bytes: number): Buffer {
  const parts: Buffer[] = [];
  let size = 0;
  if (layer === 0) parts.push(file('etc/os-release', Buffer.from('ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n')));
  if (layer < 2) {
    const packages = Array.from(
      { length: 500 * (layer + 1) },
      (_, at) => `Package: demo-${at}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.${at}-1\n`,
    );
    parts.push(file('var/lib/dpkg/status', Buffer.from(`${packages.join('\n')}\n`)));
  }
  const pool = filler(layer + 1, 4 * 1024 * 1024);
  for (let at = 0; size < bytes; at += 1) {
    const length = 200 + ((at * 7919) % 40_000);
    const from = (at * 104_729) % (pool.length - length);
    const name =
      at % 40 === 0 ? `srv/app${layer}/node_modules/module-${at}/package.json` : `usr/share/data${layer}/d${at % 300}/file-${at}.dat`;
    const content =
      at % 40 === 0 ? Buffer.from(JSON.stringify({ name: `module-${at}`, version: `1.${at}.0` })) : pool.subarray(from, from + length);
    const entry = file(name, content);
    parts.push(entry);
    size += entry.length;
  }
  parts.push(Buffer.alloc(2 * block));
  return Buffer.concat(parts);
}

const sha256 = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** An OCI archive of `layers` gzip layers of `layerBytes` each, made once. */
export function generatedImage(path: string, layers: number, layerBytes: number): string {
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const descriptor = openSync(`${path}.part`, 'w');
  const blob = (bytes: Buffer): { digest: string; size: number } => {
    const digest = sha256(bytes);
    writeSync(descriptor, file(`blobs/${digest.replace(':', '/')}`, bytes));
    return { digest, size: bytes.length };
  };
  const made = Array.from({ length: layers }, (_, layer) => {
    const tar = layerTar(layer, layerBytes);
    return { ...blob(gzipSync(tar, { level: 6 })), diffId: sha256(tar) };
  });
  const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: made.map(({ diffId }) => diffId) }, config: {} };
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...blob(Buffer.from(JSON.stringify(config))) },
    layers: made.map(({ digest, size }) => ({ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest, size })),
  };
  const root = blob(Buffer.from(JSON.stringify(manifest)));
  writeSync(descriptor, file('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')));
  writeSync(
    descriptor,
    file('index.json', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType: manifest.mediaType, ...root }] }))),
  );
  writeSync(descriptor, Buffer.alloc(2 * block));
  closeSync(descriptor);
  renameSync(`${path}.part`, path);
  return path;
}
