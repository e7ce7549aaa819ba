import type { ImageSource, OpenedImage, OpenImageRequest } from '../../contracts/index.ts';
import { InputError } from '../../core/index.ts';
import { SharedDetection } from './detect.ts';
import { parseReference } from './reference.ts';

/** What decides how an image is opened, apart from where it is. */
export type OpenImageOptions = Omit<OpenImageRequest, 'location' | 'select'>;

/**
 * Opens the image that a reference `[SCHEME:]PATH[:TAG]` names: by the source of that scheme, else by the first that knows the content,
 * else, where there is no such path, by the first that recognises the name of an image elsewhere.
 *
 * @throws UsageError `USAGE_REFERENCE`; InputError `IMAGE_NOT_FOUND`, `IMAGE_UNREADABLE`, `IMAGE_FORMAT_UNKNOWN`, `IMAGE_MALFORMED`,
 * `IMAGE_AMBIGUOUS`, `IMAGE_TAG_UNKNOWN`, `PLATFORM_UNKNOWN` (these three list what there is), `IMAGE_ARTIFACT`, `DIGEST_MISMATCH`,
 * `COMPRESSION_CORRUPT`, `REGISTRY_IMAGE_UNKNOWN`, `REGISTRY_CREDENTIALS`; FeedError; LimitError; AbortedError
 */
export async function openImage(reference: string, options: OpenImageOptions, sources: readonly ImageSource[]): Promise<OpenedImage> {
  const { scheme, location, select } = await parseReference(reference, sources);
  const source = scheme === undefined ? await findSource(location, options, sources) : sources.find(({ id }) => id === scheme);
  if (!source) throw new InputError('IMAGE_FORMAT_UNKNOWN', { path: location });
  return source.open({ ...options, location, select });
}

async function findSource(
  location: string,
  { signal }: OpenImageOptions,
  sources: readonly ImageSource[],
): Promise<ImageSource | undefined> {
  const options = new SharedDetection(location, { signal });
  for (const source of sources) if (await source.detect(location, options)) return source;
  return undefined;
}
