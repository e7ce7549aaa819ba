import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Digest, Platform } from '../core/index.ts';
import { Sha256 } from '../runtime/index.ts';
import { compress, type TestCompression } from './compress.ts';
import { LayerBuilder } from './layer-builder.ts';

export interface TestLayer {
  /** The uncompressed tar. */
  readonly tar: Uint8Array;
  /** The form in which the image holds it; `none` if absent. */
  readonly compression?: TestCompression;
}

export interface TestImage {
  /** Base first. */
  readonly layers: readonly TestLayer[];
  /** References such as `demo/app:1`. */
  readonly names?: readonly string[];
  /** linux/amd64 if absent. */
  readonly platform?: Platform;
  /** Laid over the config that is made: for wrong and hostile ones. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** One name for several images, one a platform. */
export interface TestIndex {
  readonly names?: readonly string[];
  readonly variants: readonly TestImage[];
  /** An attestation manifest beside each image, as buildkit adds it. */
  readonly attestations?: boolean;
}

/** A file of an archive or a layout: bytes, or a symbolic link inside it. */
export type ImageFile = Uint8Array | { readonly linkTo: string };

/** Path → file, in the order in which an archive holds them. */
export type ImageFiles = ReadonlyMap<string, ImageFile>;

/**
 * `classic`: `docker save` up to 24, `<id>/layer.tar`, a layer that came before is a link to it.
 * `skopeo`: `<diffID>.tar` with links in `<id>/layer.tar`. `flat`: kaniko, bazel, crane; compressed layers beside the manifest.
 */
export type DockerArchiveForm = 'classic' | 'skopeo' | 'flat';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
}

const encoder = new TextEncoder();
const layerType = 'application/vnd.oci.image.layer.v1.tar';
export const ociMediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
} as const;

/** The config of an image, as OCI and Docker write it: its diffIDs are those of the layers. */
export function imageConfig(image: TestImage): Uint8Array {
  const { os, architecture, variant } = image.platform ?? { os: 'linux', architecture: 'amd64' };
  return toJson({
    architecture,
    os,
    ...(variant !== undefined && { variant }),
    config: {},
    rootfs: { type: 'layers', diff_ids: image.layers.map((layer) => sha256(layer.tar)) },
    history: image.layers.map((_, at) => ({ created: '1970-01-01T00:00:00Z', created_by: `layer ${at}` })),
    ...image.config,
  });
}

/** A docker-archive with one image or several. */
export function dockerArchive(images: readonly TestImage[], form: DockerArchiveForm = 'classic'): ImageFiles {
  const files = new Map<string, ImageFile>();
  const places = new Map<Digest, string>();
  const entries = images.map((image) => {
    const config = imageConfig(image);
    const configPath = form === 'flat' ? sha256(config) : `${hex(sha256(config))}.json`;
    const layers = image.layers.map((layer, at) => addDockerLayer(files, places, form, layer, idOf(image, at)));
    files.set(configPath, config);
    return { Config: configPath, RepoTags: image.names ?? [], Layers: layers };
  });
  files.set('manifest.json', toJson(entries));
  if (form !== 'flat') files.set('repositories', toJson({}));
  return files;
}

/** What Docker 25 and later save: an OCI layout that has a `manifest.json` too. */
export function hybridArchive(images: readonly TestImage[]): ImageFiles {
  const files = new Map(ociLayout(images));
  const entries = images.map((image) => ({
    Config: blobPath(sha256(imageConfig(image))),
    RepoTags: image.names ?? [],
    Layers: image.layers.map((layer) => blobPath(sha256(packed(layer)))),
  }));
  return files.set('manifest.json', toJson(entries));
}

/** An OCI image layout, for an archive or a directory. */
export function ociLayout(roots: readonly (TestImage | TestIndex)[]): ImageFiles {
  const files = new Map<string, ImageFile>();
  files.set('oci-layout', toJson({ imageLayoutVersion: '1.0.0' }));
  const manifests = roots.flatMap((root) => {
    const descriptor = 'variants' in root ? addIndex(files, root) : addImage(files, root);
    const names = root.names ?? [];
    return names.length === 0 ? [descriptor] : names.map((name) => ({ ...descriptor, annotations: nameAnnotations(name) }));
  });
  files.set('index.json', toJson({ schemaVersion: 2, mediaType: ociMediaTypes.index, manifests }));
  return files;
}

/** The tar that holds these files. */
export function archiveOf(files: ImageFiles): Uint8Array {
  const builder = new LayerBuilder();
  for (const [path, file] of files) {
    if (file instanceof Uint8Array) builder.file(path, file);
    else builder.symlink(path, file.linkTo);
  }
  return builder.build();
}

/** Writes the archive, compressed as a whole if asked. */
export function writeArchive(path: string, files: ImageFiles, compression: TestCompression = 'none'): string {
  writeFileSync(path, compress(archiveOf(files), compression));
  return path;
}

/** Writes the layout as a directory; links in it are not made. */
export function writeLayout(directory: string, files: ImageFiles): string {
  for (const [path, file] of files) {
    if (!(file instanceof Uint8Array)) continue;
    const place = join(directory, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, file);
  }
  return directory;
}

export function sha256(bytes: Uint8Array): Digest {
  return new Sha256().update(bytes).digest();
}

/** Where a layout keeps the blob of that digest. */
export function blobPath(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function addDockerLayer(
  files: Map<string, ImageFile>,
  places: Map<Digest, string>,
  form: DockerArchiveForm,
  layer: TestLayer,
  id: string,
): string {
  const diffId = sha256(layer.tar);
  const before = places.get(diffId);
  if (form === 'classic') {
    const path = `${id}/layer.tar`;
    files.set(`${id}/VERSION`, encoder.encode('1.0'));
    files.set(path, before === undefined ? packed(layer) : { linkTo: `../${before}` });
    if (before === undefined) places.set(diffId, path);
    return path;
  }
  const path = `${hex(diffId)}.tar${form === 'flat' && layer.compression === 'gzip' ? '.gz' : ''}`;
  if (before === undefined) files.set(path, packed(layer));
  if (form === 'skopeo') files.set(`${id}/layer.tar`, { linkTo: `../${path}` });
  places.set(diffId, path);
  return path;
}

function addIndex(files: Map<string, ImageFile>, index: TestIndex): Descriptor {
  const manifests = index.variants.flatMap((image) => {
    const descriptor = { ...addImage(files, image), platform: image.platform ?? { os: 'linux', architecture: 'amd64' } };
    return index.attestations === true ? [descriptor, addAttestation(files, descriptor.digest)] : [descriptor];
  });
  return addBlob(files, ociMediaTypes.index, toJson({ schemaVersion: 2, mediaType: ociMediaTypes.index, manifests }));
}

function addImage(files: Map<string, ImageFile>, image: TestImage): Descriptor {
  const layers = image.layers.map((layer) => addBlob(files, layerMediaType(layer), packed(layer)));
  const config = addBlob(files, ociMediaTypes.config, imageConfig(image));
  return addBlob(files, ociMediaTypes.manifest, toJson({ schemaVersion: 2, mediaType: ociMediaTypes.manifest, config, layers }));
}

function addAttestation(files: Map<string, ImageFile>, of: Digest): Descriptor {
  const statement = addBlob(files, 'application/vnd.in-toto+json', toJson({ _type: 'https://in-toto.io/Statement/v0.1', about: of }));
  const config = addBlob(
    files,
    ociMediaTypes.config,
    toJson({ architecture: 'unknown', os: 'unknown', rootfs: { type: 'layers', diff_ids: [statement.digest] } }),
  );
  const manifest = toJson({ schemaVersion: 2, mediaType: ociMediaTypes.manifest, config, layers: [statement] });
  return {
    ...addBlob(files, ociMediaTypes.manifest, manifest),
    annotations: { 'vnd.docker.reference.digest': of, 'vnd.docker.reference.type': 'attestation-manifest' },
    platform: { os: 'unknown', architecture: 'unknown' },
  };
}

function addBlob(files: Map<string, ImageFile>, mediaType: string, bytes: Uint8Array): Descriptor {
  const digest = sha256(bytes);
  files.set(blobPath(digest), bytes);
  return { mediaType, digest, size: bytes.length };
}

function nameAnnotations(name: string): Readonly<Record<string, string>> {
  const tag = /:(?<tag>[\w.-]+)$/.exec(name)?.groups?.['tag'];
  return {
    'org.opencontainers.image.ref.name': tag ?? name,
    ...(tag !== undefined && { 'io.containerd.image.name': `docker.io/${name}` }),
  };
}

function layerMediaType(layer: TestLayer): string {
  const { compression = 'none' } = layer;
  return compression === 'none' ? layerType : `${layerType}+${compression}`;
}

function packed(layer: TestLayer): Uint8Array {
  return compress(layer.tar, layer.compression ?? 'none');
}

/** The made-up id of a layer's directory: Docker's hangs on what lies below the layer too. */
function idOf(image: TestImage, at: number): string {
  return hex(sha256(toJson(image.layers.slice(0, at + 1).map((layer) => sha256(layer.tar)))));
}

function hex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

function toJson(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}
