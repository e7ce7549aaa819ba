import { defineImageSource, type ImageSource, type OpenedImage, type OpenImageRequest } from '../../contracts/index.ts';
import { defaultLimits, InputError } from '../../core/index.ts';
import { detectForm } from './detect.ts';
import { readDockerImage } from './docker-image.ts';
import type { ImageContents } from './image-contents.ts';
import { openArchive, type OpenedArchive } from './open-archive.ts';
import { readOciImage } from './oci-image.ts';

/** What `docker save` and its like write: plain or compressed layers, the whole perhaps compressed too. */
export const dockerArchiveSource: ImageSource = defineImageSource({
  id: 'docker-archive',
  detect: async (location, options) => (await detectForm(location, options)) === 'docker-archive',
  open: (request) => openFrom(request, readDocker),
});

/** An OCI image layout in a tar, perhaps compressed as a whole. */
export const ociArchiveSource: ImageSource = defineImageSource({
  id: 'oci-archive',
  detect: async (location, options) => (await detectForm(location, options)) === 'oci-archive',
  open: (request) => openFrom(request, readOci),
});

async function openFrom(
  request: OpenImageRequest,
  read: (archive: OpenedArchive, request: OpenImageRequest) => Promise<ImageContents>,
): Promise<OpenedImage> {
  const archive = await openArchive(request.location, request);
  try {
    const { manifest, name } = await read(archive, request);
    return {
      manifest,
      ...(name !== undefined && { name }),
      inflatedToOpen: archive.inflated,
      [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
    };
  } catch (error) {
    await archive[Symbol.asyncDispose]();
    throw error;
  }
}

function readDocker(archive: OpenedArchive, request: OpenImageRequest): Promise<ImageContents> {
  if (!archive.index.has('manifest.json')) throw notThere(archive, request, 'manifest.json');
  return readDockerImage(archive.files, request);
}

function readOci(archive: OpenedArchive, request: OpenImageRequest): Promise<ImageContents> {
  const { index, files } = archive;
  if (index.has('index.json')) return readOciImage(files, request, request.limits ?? defaultLimits);
  // Some builders put `manifest.json` beside blobs that look like a layout's.
  if (index.has('manifest.json') && index.hasBelow('blobs')) return readDockerImage(files, request);
  throw notThere(archive, request, 'index.json');
}

/** An archive that was cut has lost what stood at its end; another one never was of this form. */
function notThere({ index }: OpenedArchive, { location }: OpenImageRequest, missing: string): InputError {
  if (index.isCut) return new InputError('IMAGE_MALFORMED', { path: location, reason: 'ends early', missing });
  return new InputError('IMAGE_FORMAT_UNKNOWN', { path: location, missing });
}
