import { existsSync } from 'node:fs';
import { OciArchiveWriter, tarOf } from './oci-archive.ts';

/** Bytes that compress to about two fifths, as a real image's do; the same for the same seed. */
export function filler(seed: number, length: number): Buffer {
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
  const files: (readonly [string, Buffer])[] = [];
  if (layer === 0) files.push(['etc/os-release', Buffer.from('ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n')]);
  if (layer < 2) {
    const packages = Array.from(
      { length: 500 * (layer + 1) },
      (_, at) => `Package: demo-${at}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.${at}-1\n`,
    );
    files.push(['var/lib/dpkg/status', Buffer.from(`${packages.join('\n')}\n`)]);
  }
  const pool = filler(layer + 1, 4 * 1024 * 1024);
  for (let at = 0, size = 0; size < bytes; at += 1) {
    const length = 200 + ((at * 7919) % 40_000);
    const from = (at * 104_729) % (pool.length - length);
    const name =
      at % 40 === 0 ? `srv/app${layer}/node_modules/module-${at}/package.json` : `usr/share/data${layer}/d${at % 300}/file-${at}.dat`;
    const content =
      at % 40 === 0 ? Buffer.from(JSON.stringify({ name: `module-${at}`, version: `1.${at}.0` })) : pool.subarray(from, from + length);
    files.push([name, content]);
    size += 512 + 512 * Math.ceil(content.length / 512);
  }
  return tarOf(files);
}

/** An OCI archive of `layers` gzip layers of `layerBytes` each, made once. */
export function generatedImage(path: string, layers: number, layerBytes: number): string {
  if (existsSync(path)) return path;
  const archive = new OciArchiveWriter(path);
  for (let layer = 0; layer < layers; layer += 1) archive.add(layerTar(layer, layerBytes));
  archive.close();
  return path;
}
