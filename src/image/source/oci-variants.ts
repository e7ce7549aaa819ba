import { LimitError, throwIfAborted, type Digest, type Limits, type Platform } from '../../core/index.ts';
import { nameAnnotations, parseOciDocument, type OciDescriptor, type OciManifest } from '../../formats/oci/index.ts';
import type { ImageFiles } from './image-files.ts';
import type { Named } from './image-name.ts';
import { readVerifiedBlob } from './verified-blob.ts';

/** Bytes of a manifest or an index, as registries bound them. */
export const maxManifestBytes = 4 * 1024 * 1024;
/** Documents that are read to find the images of a layout. */
const maxDocuments = 10_000;

/** One image of a layout. */
export interface OciVariant {
  readonly digest: Digest;
  readonly manifest: OciManifest;
  /** As the index says it, where it does. */
  readonly platform?: Platform;
}

/** What stands in `index.json` under one digest: an image, or an index of some. */
export interface OciRoot extends Named {
  readonly descriptor: OciDescriptor;
}

export interface VariantOptions {
  readonly limits: Pick<Limits, 'nesting'>;
  readonly signal?: AbortSignal | undefined;
}

/** The entries of `index.json`; one digest with several names is one. */
export function toRoots(descriptors: readonly OciDescriptor[]): readonly OciRoot[] {
  const roots = new Map<Digest, { descriptor: OciDescriptor; names: string[]; digests: string[] }>();
  for (const descriptor of descriptors) {
    if (isAttestation(descriptor)) continue;
    const root = roots.get(descriptor.digest) ?? { descriptor, names: [], digests: [descriptor.digest] };
    const names = nameAnnotations.flatMap((key) => descriptor.annotations.get(key) ?? []);
    root.names.push(...names.filter((name) => !root.names.includes(name)));
    roots.set(descriptor.digest, root);
  }
  return [...roots.values()];
}

/**
 * The images that these entries lead to, nested indexes followed, each once.
 *
 * @throws InputError, LimitError `LIMIT_NESTING` `LIMIT_READ`, AbortedError
 */
export async function listVariants(
  files: ImageFiles,
  roots: readonly OciDescriptor[],
  options: VariantOptions,
): Promise<readonly OciVariant[]> {
  const variants: OciVariant[] = [];
  const seen = new Set<Digest>();
  const open = roots.map((descriptor) => ({ descriptor, depth: 0 })).toReversed();
  for (let next = open.pop(); next; next = open.pop()) {
    const { descriptor, depth } = next;
    throwIfAborted(options.signal);
    if (seen.has(descriptor.digest) || isAttestation(descriptor)) continue;
    seen.add(descriptor.digest);
    if (seen.size > maxDocuments) throw new LimitError('LIMIT_READ', { what: 'index', limit: maxDocuments });
    if (depth > options.limits.nesting) throw new LimitError('LIMIT_NESTING', { limit: options.limits.nesting });
    const bytes = await readVerifiedBlob(files, descriptor, { max: maxManifestBytes, signal: options.signal });
    const document = parseOciDocument(bytes);
    if (document.kind === 'index') {
      open.push(...document.manifests.map((child) => ({ descriptor: child, depth: depth + 1 })).toReversed());
      continue;
    }
    variants.push({ digest: descriptor.digest, manifest: document, ...(descriptor.platform && { platform: descriptor.platform }) });
  }
  return variants;
}

/** What buildkit adds beside an image: provenance and the like, for a platform that does not exist. */
export function isAttestation({ platform, annotations }: OciDescriptor): boolean {
  return annotations.has('vnd.docker.reference.type') || (platform?.os === 'unknown' && platform.architecture === 'unknown');
}
