import { createHash } from 'node:crypto';
import { FeedError, InputError, isDigest, parseDigest, type Digest } from '../../../core/index.ts';
import { parseOciDocument, type OciDescriptor, type OciManifest } from '../../../formats/oci/index.ts';
import { maxManifestBytes } from '../oci-variants.ts';
import type { RegistryClient } from './registry-client.ts';

/** A manifest or an index, under the digest that its bytes have. */
export type RegistryDocument = { readonly digest: Digest } & ReturnType<typeof parseOciDocument>;
export type RegistryManifest = { readonly digest: Digest } & OciManifest;

const indexTypes = ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'];
const manifestTypes = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'];
const accept = [...indexTypes, ...manifestTypes].join(', ');

export interface DocumentRequest {
  /** A tag or a digest. */
  readonly reference: string;
  /** What led here, where something did. */
  readonly descriptor?: OciDescriptor;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fetches what a tag or a digest stands for. Its bytes have the digest by which they were asked for, and the one that the registry says.
 *
 * @throws InputError `DIGEST_MISMATCH`, `IMAGE_MALFORMED`, `IMAGE_SCHEMA_OLD`, and what the client throws
 */
export async function readDocument(client: RegistryClient, request: DocumentRequest): Promise<RegistryDocument> {
  const { reference, descriptor, signal } = request;
  const read = await client.readDocument({ kind: 'manifest', reference, headers: { accept }, max: maxManifestBytes, signal });
  const said = read.digest === undefined || read.digest === '' ? undefined : parseSaid(read.digest);
  const asked = isDigest(reference) ? reference : undefined;
  for (const declared of [asked, said]) if (declared !== undefined) verifyDigest(read.bytes, declared);
  if (descriptor) verifySize(read.bytes, descriptor);
  const digest = asked ?? said ?? digestOf(read.bytes, 'sha256');
  const mediaType = [...indexTypes, ...manifestTypes].includes(read.mediaType) ? read.mediaType : (descriptor?.mediaType ?? read.mediaType);
  return { digest, ...parse(read.bytes, mediaType) };
}

/** A blob that is small, whole and verified. @throws InputError `DIGEST_MISMATCH`, `IMAGE_MALFORMED`; LimitError; what the client throws */
export async function readSmallBlob(
  client: RegistryClient,
  descriptor: OciDescriptor,
  options: { readonly max: number; readonly signal?: AbortSignal | undefined },
): Promise<Uint8Array> {
  const { bytes } = await client.readDocument({ kind: 'blob', reference: descriptor.digest, ...options });
  verifyDigest(bytes, descriptor.digest);
  verifySize(bytes, descriptor);
  return bytes;
}

/** One document must not be two things, whichever its reader looks for (OCI image-spec, manifest.md on `mediaType`). */
function parse(bytes: Uint8Array, mediaType: string): ReturnType<typeof parseOciDocument> {
  const wire = topLevel(bytes);
  if (wire.get('schemaVersion') === 1 || mediaType.startsWith('application/vnd.docker.distribution.manifest.v1'))
    throw new InputError('IMAGE_SCHEMA_OLD', {});
  if (wire.has('manifests') && (wire.has('config') || wire.has('layers')))
    throw new InputError('IMAGE_MALFORMED', { what: 'manifest', reason: 'both manifest and index' });
  const document = parseOciDocument(bytes);
  const others = document.kind === 'index' ? manifestTypes : indexTypes;
  const own = wire.get('mediaType');
  for (const type of [mediaType, own]) {
    if (typeof type === 'string' && others.includes(type))
      throw new InputError('IMAGE_MALFORMED', { what: 'manifest', reason: 'media type', mediaType: type, kind: document.kind });
  }
  return document;
}

function topLevel(bytes: Uint8Array): ReadonlyMap<string, unknown> {
  try {
    const wire: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return new Map(typeof wire === 'object' && wire !== null ? Object.entries(wire) : []);
  } catch (cause) {
    throw new InputError('IMAGE_MALFORMED', { what: 'manifest', reason: 'not JSON' }, { cause });
  }
}

function parseSaid(text: string): Digest {
  if (isDigest(text)) return text;
  throw new FeedError('REGISTRY_ANSWER', { reason: 'Docker-Content-Digest is no digest' });
}

function verifyDigest(bytes: Uint8Array, declared: Digest): void {
  const computed = digestOf(bytes, declared.startsWith('sha512:') ? 'sha512' : 'sha256');
  if (computed !== declared) throw new InputError('DIGEST_MISMATCH', { declared, computed });
}

function verifySize(bytes: Uint8Array, { digest, size }: OciDescriptor): void {
  if (bytes.length !== size) throw new InputError('IMAGE_MALFORMED', { what: digest, reason: 'size', declared: size, size: bytes.length });
}

function digestOf(bytes: Uint8Array, algorithm: 'sha256' | 'sha512'): Digest {
  return parseDigest(`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`);
}
