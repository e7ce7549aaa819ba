import { InputError, LimitError, type Limits, type Platform } from '../../../core/index.ts';
import { imageConfigTypes, parseImageConfig, type ImageConfig, type OciDescriptor } from '../../../formats/oci/index.ts';
import { chooseVariant } from '../choose-variant.ts';
import { maxConfigBytes } from '../oci-image.ts';
import { isAttestation } from '../oci-variants.ts';
import { readDocument, readSmallBlob, type RegistryManifest } from './read-document.ts';
import type { RegistryClient } from './registry-client.ts';
import type { RegistryReference } from './registry-reference.ts';

export interface ResolveOptions {
  readonly platform?: Platform | undefined;
  readonly limits: Pick<Limits, 'nesting'>;
  readonly signal?: AbortSignal | undefined;
}

export interface ResolvedImage {
  readonly manifest: RegistryManifest;
  readonly config: ImageConfig;
}

/** Entries without a platform that are looked into: each is a request, and registries count those. */
const maxUnnamed = 50;

/**
 * The manifest that a reference means for a platform. An index names its platforms, so that only the chosen manifest is asked for.
 *
 * @throws InputError `PLATFORM_UNKNOWN`, `IMAGE_AMBIGUOUS`, `IMAGE_ARTIFACT`, `IMAGE_MALFORMED`, `DIGEST_MISMATCH`; LimitError
 * `LIMIT_NESTING`; what the client throws
 */
export async function resolveManifest(
  client: RegistryClient,
  reference: RegistryReference,
  options: ResolveOptions,
): Promise<ResolvedImage> {
  const { platform, limits, signal } = options;
  let document = await readDocument(client, { reference: reference.digest ?? reference.tag ?? 'latest', signal });
  let said: Platform | undefined;
  for (let depth = 0; document.kind === 'index'; depth += 1) {
    if (depth >= limits.nesting) throw new LimitError('LIMIT_NESTING', { limit: limits.nesting });
    const descriptor = await chooseDescriptor(client, document.manifests, options);
    document = await readDocument(client, { reference: descriptor.digest, descriptor, signal });
    said = descriptor.platform ?? said;
  }
  const config = await readConfig(client, document, signal);
  // The only image there is: still not another one than was asked for.
  chooseVariant([{ digest: document.digest, platform: said ?? config.platform }], platform);
  return { manifest: document, config };
}

async function chooseDescriptor(
  client: RegistryClient,
  manifests: readonly OciDescriptor[],
  options: ResolveOptions,
): Promise<OciDescriptor> {
  const found = new Map(manifests.filter((entry) => !isAttestation(entry)).map((entry) => [entry.digest, entry]));
  const images = [...found.values()].filter(({ artifactType }) => artifactType === undefined);
  const [artifact] = found.values();
  if (artifact && images.length === 0)
    throw new InputError('IMAGE_ARTIFACT', { digest: artifact.digest, type: artifact.artifactType?.slice(0, 200) });
  return chooseVariant(images.length === 1 ? images : await withPlatforms(client, images, options), options.platform);
}

/** What an index does not say, the config of the image does. */
async function withPlatforms(
  client: RegistryClient,
  images: readonly OciDescriptor[],
  { signal }: ResolveOptions,
): Promise<readonly OciDescriptor[]> {
  const unnamed = images.filter(({ platform }) => platform === undefined).length;
  if (unnamed > maxUnnamed) throw new LimitError('LIMIT_READ', { what: 'index', limit: maxUnnamed });
  const named: OciDescriptor[] = [];
  for (const image of images) named.push(image.platform ? image : await withPlatform(client, image, signal));
  return named;
}

async function withPlatform(client: RegistryClient, image: OciDescriptor, signal: AbortSignal | undefined): Promise<OciDescriptor> {
  const document = await readDocument(client, { reference: image.digest, descriptor: image, signal });
  if (document.kind === 'index' || !isImage(document)) return image;
  const { platform } = await readConfig(client, document, signal);
  return platform ? { ...image, platform } : image;
}

function isImage({ artifactType, config }: RegistryManifest): boolean {
  return artifactType === undefined && imageConfigTypes.has(config.mediaType);
}

async function readConfig(client: RegistryClient, manifest: RegistryManifest, signal: AbortSignal | undefined): Promise<ImageConfig> {
  if (!isImage(manifest)) {
    const type = (manifest.artifactType ?? manifest.config.mediaType).slice(0, 200);
    throw new InputError('IMAGE_ARTIFACT', { digest: manifest.digest, type });
  }
  if (manifest.config.size > maxConfigBytes) throw new LimitError('LIMIT_READ', { what: manifest.config.digest, limit: maxConfigBytes });
  return parseImageConfig(await readSmallBlob(client, manifest.config, { max: maxConfigBytes, signal }));
}
