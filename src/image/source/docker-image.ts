import { InputError, parseManifestDigest, type Layer, type LayerDigest } from '../../core/index.ts';
import { parseDockerManifest, parseImageConfig, type DockerManifestEntry } from '../../formats/oci/index.ts';
import { Sha256 } from '../../runtime/index.ts';
import { chooseVariant } from './choose-variant.ts';
import type { ImageContents } from './image-contents.ts';
import { readImageFile, requireFile, type ImageFiles } from './image-files.ts';
import { listNames, selectByName } from './image-name.ts';
import { maxConfigBytes, type SelectionRequest } from './oci-image.ts';

/** Bytes of `manifest.json`. */
const maxManifestBytes = 16 * 1024 * 1024;

interface DockerImage extends DockerManifestEntry {
  readonly names: readonly string[];
  /** Of the config, by which Docker names the image. */
  readonly digest: string;
  readonly digests: readonly string[];
  readonly configBytes: Uint8Array;
}

/**
 * The image that the request means of those that `manifest.json` lists. The manifest's digest is that of the config. `digest` and
 * `diffId` of a layer are both its diffID: such an archive does not say the digest of a compressed layer, and whoever
 * reads a layer takes it as right when its declared `digest` is that of the blob or of the tar inside.
 *
 * @throws InputError, LimitError, AbortedError
 */
export async function readDockerImage(files: ImageFiles, request: SelectionRequest): Promise<ImageContents> {
  const { signal } = request;
  const entries = parseDockerManifest(await readImageFile(files, 'manifest.json', { max: maxManifestBytes, signal }));
  const images = await mergeEntries(files, entries, signal);
  const selected = request.select === undefined ? images : selectByName(images, request.select);
  if (selected.length > 1) throw new InputError('IMAGE_AMBIGUOUS', { names: listNames(selected) });
  const [image] = selected;
  if (!image) throw new InputError('IMAGE_MALFORMED', { file: 'manifest.json', reason: 'no image' });
  const { platform, diffIds } = parseImageConfig(image.configBytes);
  chooseVariant([{ digest: image.digest, platform }], request.platform);
  return { manifest: { digest: parseManifestDigest(image.digest), layers: await toLayers(files, image, diffIds) }, name: image.names[0] };
}

/** The same image may be listed once a name. */
async function mergeEntries(
  files: ImageFiles,
  entries: readonly DockerManifestEntry[],
  signal: AbortSignal | undefined,
): Promise<readonly DockerImage[]> {
  const images = new Map<string, DockerImage>();
  for (const entry of entries) {
    const configBytes = await readImageFile(files, entry.config, { max: maxConfigBytes, signal });
    const digest = new Sha256().update(configBytes).digest();
    const names = [...(images.get(digest)?.names ?? []), ...entry.repoTags];
    images.set(digest, { ...entry, names, digest, digests: [digest], configBytes });
  }
  return [...images.values()];
}

async function toLayers(files: ImageFiles, image: DockerImage, diffIds: readonly LayerDigest[]): Promise<readonly Layer[]> {
  if (diffIds.length !== image.layers.length) {
    throw new InputError('IMAGE_MALFORMED', {
      reason: 'layers and diff_ids differ in number',
      layers: image.layers.length,
      diffIds: diffIds.length,
    });
  }
  const layers: Layer[] = [];
  for (const [at, diffId] of diffIds.entries()) {
    const file = await requireFile(files, image.layers[at] ?? '');
    layers.push({
      digest: diffId,
      diffId,
      size: file.size,
      content: { kind: 'blob', open: (options) => Promise.resolve(file.stream(options)) },
    });
  }
  return layers;
}
