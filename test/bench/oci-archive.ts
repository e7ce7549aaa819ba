import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';

// Tars and OCI archives, by hand: the bench shares no code with what it measures.

const block = 512;

/** Where a file of an archive stands. */
export interface Blob {
  readonly offset: number;
  readonly size: number;
}

/** Where the files of an uncompressed, plain tar stand. */
export function indexArchive(path: string): ReadonlyMap<string, Blob> {
  const descriptor = openSync(path, 'r');
  const header = Buffer.alloc(block);
  const blobs = new Map<string, Blob>();
  for (let at = 0; readSync(descriptor, header, 0, block, at) === block && header[0] !== 0;) {
    const name = header.toString('utf8', 0, 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(header.toString('latin1', 124, 136), 8);
    blobs.set(name, { offset: at + block, size });
    at += block + Math.ceil(size / block) * block;
  }
  closeSync(descriptor);
  return blobs;
}

export interface LayerDescriptor {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
}

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly LayerDescriptor[];
}

/** An OCI archive that is read: its first image. */
export class OciArchive {
  readonly path: string;
  readonly blobs: ReadonlyMap<string, Blob>;

  constructor(path: string) {
    this.path = path;
    this.blobs = indexArchive(path);
  }

  blob(digest: string): Blob {
    return this.#blob(blobName(digest));
  }

  read({ offset, size }: Blob): Buffer {
    const bytes = Buffer.alloc(size);
    const descriptor = openSync(this.path, 'r');
    readSync(descriptor, bytes, 0, size, offset);
    closeSync(descriptor);
    return bytes;
  }

  get layers(): readonly LayerDescriptor[] {
    return this.#manifest.layers;
  }

  get diffIds(): readonly string[] {
    return (this.#json(blobName(this.#manifest.config.digest)) as { rootfs: { diff_ids: string[] } }).rootfs.diff_ids;
  }

  get #manifest(): Manifest {
    const index = this.#json('index.json') as { manifests: { digest: string }[] };
    return this.#json(blobName(index.manifests[0]?.digest ?? '')) as Manifest;
  }

  #json(name: string): unknown {
    return JSON.parse(this.read(this.#blob(name)).toString('utf8'));
  }

  #blob(name: string): Blob {
    const blob = this.blobs.get(name);
    if (blob === undefined) throw new Error(`no ${name} in ${this.path}`);
    return blob;
  }
}

const blobName = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
const gzipLayer = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** Writes an OCI archive, layer by layer; it has its name when it is whole. */
export class OciArchiveWriter {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #layers: (LayerDescriptor & { readonly diffId: string })[] = [];

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#path = path;
    this.#descriptor = openSync(`${path}.part`, 'w');
  }

  /** A tar as a gzip layer. */
  add(tar: Buffer): void {
    this.#layers.push({ ...this.#blob(gzipSync(tar, { level: 6 })), mediaType: gzipLayer, diffId: sha256(tar) });
  }

  /** The layers of another archive as they are. */
  addAll(archive: OciArchive): void {
    const { layers, diffIds } = archive;
    for (const [at, layer] of layers.entries()) {
      const { offset, size } = archive.blob(layer.digest);
      this.#write(header(blobName(layer.digest), size, '0'));
      for (let done = 0; done < size; done += chunk)
        this.#write(archive.read({ offset: offset + done, size: Math.min(chunk, size - done) }));
      this.#write(Buffer.alloc(padding(size)));
      this.#layers.push({ ...layer, diffId: diffIds[at] ?? '' });
    }
  }

  close(): void {
    const diffIds = this.#layers.map(({ diffId }) => diffId);
    const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: diffIds }, config: {} };
    const manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...this.#blob(Buffer.from(JSON.stringify(config))) },
      layers: this.#layers.map(({ digest, size, mediaType }) => ({ mediaType, digest, size })),
    };
    const root = this.#blob(Buffer.from(JSON.stringify(manifest)));
    this.#write(file('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')));
    const index = { schemaVersion: 2, manifests: [{ mediaType: manifest.mediaType, ...root }] };
    this.#write(file('index.json', Buffer.from(JSON.stringify(index))));
    this.#write(Buffer.alloc(2 * block));
    closeSync(this.#descriptor);
    renameSync(`${this.#path}.part`, this.#path);
  }

  #blob(bytes: Buffer): { readonly digest: string; readonly size: number } {
    const digest = sha256(bytes);
    this.#write(file(blobName(digest), bytes));
    return { digest, size: bytes.length };
  }

  #write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
  }
}

const chunk = 64 * 1024 * 1024;
const padding = (size: number): number => (block - (size % block)) % block;

/** A tar of files. */
export function tarOf(files: readonly (readonly [name: string, content: Buffer])[]): Buffer {
  return Buffer.concat([...files.map(([name, content]) => file(name, content)), Buffer.alloc(2 * block)]);
}

function file(name: string, content: Buffer): Buffer {
  return Buffer.concat([header(name, content.length, '0'), content, Buffer.alloc(padding(content.length))]);
}

/** A ustar header. */
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

function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
