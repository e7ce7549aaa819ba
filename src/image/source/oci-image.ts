import { InputError, parseLayerDigest, parseManifestDigest, type Layer, type LayerDigest, type Limits } from '../../core/index.ts';
import type { OpenImageRequest } from '../../contracts/index.ts';
import { imageConfigTypes, parseImageConfig, parseOciIndex, type ImageConfig, type OciDescriptor } from '../../formats/oci/index.ts';
import { chooseVariant } from './choose-variant.ts';
import type { ImageContents } from './image-contents.ts';
import { readImageFile, type ImageFiles } from './image-files.ts';
import { listNames, selectByName } from './image-name.ts';
import { listVariants, maxManifestBytes, toRoots, type OciRoot, type OciVariant } from './oci-variants.ts';
import { blobPath, readVerifiedBlob } from './verified-blob.ts';

/** Bytes of an image's config. */
export const maxConfigBytes = 16 * 1024 * 1024;

export type SelectionRequest = Pick<OpenImageRequest, 'select' | 'platform' | 'signal'>;

/**
 * The image of an OCI image layout that the request means. Its manifest and config have the digests that lead to them;
 * its layers have the sizes that it declares, and are verified when they are read.
 *
 * @throws InputError, LimitError, AbortedError
 */
export async function readOciImage(files: ImageFiles, request: SelectionRequest, limits: Limits): Promise<ImageContents> {
  const { signal } = request;
  const index = parseOciIndex(await readImageFile(files, 'index.json', { max: maxManifestBytes, signal }));
  const roots = selectRoots(toRoots(index.manifests), request.select);
  const found = await listVariants(
    files,
    roots.map((root) => root.descriptor),
    { limits, signal },
  );
  const images = found.filter(isImage);
  const [artifact] = found;
  if (artifact && images.length === 0) throw new InputError('IMAGE_ARTIFACT', { digest: artifact.digest, type: artifactType(artifact) });
  const variants = await withPlatforms(files, images, request);
  const chosen = chooseVariant(variants, request.platform);
  const config = await readConfig(files, chosen, signal);
  const layers = await toLayers(files, chosen.manifest.layers, config);
  const root = roots.find(({ descriptor }) => descriptor.digest === chosen.digest) ?? (roots.length === 1 ? roots[0] : undefined);
  return { manifest: { digest: parseManifestDigest(chosen.digest), layers }, name: root?.names[0] };
}

/** Without a selection all entries may be variants of one image, but not where they have names of their own. */
function selectRoots(roots: readonly OciRoot[], select: string | undefined): readonly OciRoot[] {
  const isDigest = select?.startsWith('sha256:') === true || select?.startsWith('sha512:') === true;
  // A digest may be that of an image deeper down.
  const selected = select === undefined ? roots : isDigest ? roots : selectByName(roots, select);
  const names = new Set(selected.map((root) => root.names.toSorted().join(' ')));
  if (!isDigest && names.size > 1) throw new InputError('IMAGE_AMBIGUOUS', { names: listNames(selected) });
  return selected;
}

function isImage({ manifest }: OciVariant): boolean {
  return manifest.artifactType === undefined && imageConfigTypes.has(manifest.config.mediaType);
}

function artifactType({ manifest }: OciVariant): string {
  return (manifest.artifactType ?? manifest.config.mediaType).slice(0, 200);
}

/** Where an index does not say what an image is for, its config does; it is asked only where that matters. */
async function withPlatforms(
  files: ImageFiles,
  variants: readonly OciVariant[],
  request: SelectionRequest,
): Promise<readonly OciVariant[]> {
  if (variants.length === 1 && !request.platform) return variants;
  const known: OciVariant[] = [];
  for (const variant of variants) {
    const platform = variant.platform ?? (await readConfig(files, variant, request.signal)).platform;
    known.push({ ...variant, ...(platform && { platform }) });
  }
  return known;
}

async function readConfig(files: ImageFiles, { manifest }: OciVariant, signal: AbortSignal | undefined): Promise<ImageConfig> {
  return parseImageConfig(await readVerifiedBlob(files, manifest.config, { max: maxConfigBytes, signal }));
}

async function toLayers(files: ImageFiles, descriptors: readonly OciDescriptor[], config: ImageConfig): Promise<readonly Layer[]> {
  const { diffIds } = config;
  if (diffIds.length !== descriptors.length) {
    throw new InputError('IMAGE_MALFORMED', {
      reason: 'layers and diff_ids differ in number',
      layers: descriptors.length,
      diffIds: diffIds.length,
    });
  }
  const layers: Layer[] = [];
  for (const [at, descriptor] of descriptors.entries()) layers.push(await toLayer(files, descriptor, diffIds[at]));
  return layers;
}

async function toLayer(files: ImageFiles, descriptor: OciDescriptor, diffId: LayerDigest | undefined): Promise<Layer> {
  const { digest, mediaType, size, urls } = descriptor;
  const file = await files.find(blobPath(digest));
  const [uri] = urls;
  if (!file && uri === undefined) throw new InputError('IMAGE_MALFORMED', { file: blobPath(digest), reason: 'missing' });
  if (file && file.size !== size)
    throw new InputError('IMAGE_MALFORMED', { file: blobPath(digest), reason: 'size', declared: size, size: file.size });
  return {
    digest: parseLayerDigest(digest),
    ...(diffId !== undefined && { diffId }),
    mediaType,
    size,
    // Layers that may not be passed on (Windows) are named by where their maker has them.
    ...(uri !== undefined && { uri }),
    ...(file && { content: { kind: 'blob', open: (options) => Promise.resolve(file.stream(options)) } }),
  };
}
