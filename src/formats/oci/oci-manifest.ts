import { InputError, parseLayerDigest, type LayerDigest, type Platform } from '../../core/index.ts';
import { toDescriptor, toPlatform, type OciDescriptor } from './descriptor.ts';
import { optionalString, optionalStrings, parseWireObject, wireArray, wireObject } from './wire-value.ts';

/** What a manifest digest leads to: an image, or a list of more (image-spec, manifest.md and image-index.md; Docker's v2 schema 2 alike). */
export type OciDocument = OciManifest | OciIndex;

export interface OciManifest {
  readonly kind: 'manifest';
  readonly config: OciDescriptor;
  /** Base first. */
  readonly layers: readonly OciDescriptor[];
  readonly artifactType?: string;
}

export interface OciIndex {
  readonly kind: 'index';
  readonly manifests: readonly OciDescriptor[];
}

/** What the config of an image says that is needed here (image-spec, config.md). */
export interface ImageConfig {
  readonly platform?: Platform;
  /** Base first. */
  readonly diffIds: readonly LayerDigest[];
}

/** Annotations that hold the name of an image. */
export const nameAnnotations = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'] as const;

/** Media types of the config of an image; anything else is some other artifact. */
export const imageConfigTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
  // Old writers leave it out.
  '',
]);

/** Told apart by what is in it: the media type may be absent in OCI. @throws InputError `IMAGE_MALFORMED`, `DIGEST_INVALID` */
export function parseOciDocument(bytes: Uint8Array, what = 'manifest'): OciDocument {
  const wire = parseWireObject(bytes, what);
  if (wire['manifests'] !== undefined) return toIndex(wire['manifests'], what);
  if (wire['config'] === undefined || wire['layers'] === undefined)
    throw new InputError('IMAGE_MALFORMED', { what, reason: 'neither manifest nor index' });
  const artifactType = optionalString(wire['artifactType'], what);
  return {
    kind: 'manifest',
    config: toDescriptor(wire['config'], `${what} config`),
    layers: (wire['layers'] === null ? [] : wireArray(wire['layers'], what)).map((layer) => toDescriptor(layer, `${what} layer`)),
    ...(artifactType !== undefined && artifactType !== '' && { artifactType }),
  };
}

/** @throws InputError `IMAGE_MALFORMED`, `DIGEST_INVALID` */
export function parseOciIndex(bytes: Uint8Array, what = 'index.json'): OciIndex {
  return toIndex(parseWireObject(bytes, what)['manifests'], what);
}

/** @throws InputError `IMAGE_MALFORMED`, `DIGEST_INVALID` */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  const what = 'config';
  const wire = parseWireObject(bytes, what);
  const platform = toPlatform(wire, what);
  const rootfs = wireObject(wire['rootfs'], `${what} rootfs`);
  return { ...(platform && { platform }), diffIds: optionalStrings(rootfs['diff_ids'], `${what} diff_ids`).map(parseLayerDigest) };
}

function toIndex(manifests: unknown, what: string): OciIndex {
  const list = manifests === null ? [] : wireArray(manifests, what);
  return { kind: 'index', manifests: list.map((manifest) => toDescriptor(manifest, what)) };
}
