import type { Ecosystem, ImageSource, OpenedImage, RegistryOptions } from '../contracts/index.ts';
import type { Platform } from '../core/index.ts';
import { imageSources, openImage as openImageFrom } from '../image/index.ts';
import { defaultEcosystems } from './ecosystems.ts';
import { unionWants } from './union-wants.ts';

export interface OpenImageOptions {
  /** The platform to choose where an image has variants for several; the host's with `linux` if absent. */
  readonly platform?: Platform | undefined;
  /** Whose scanners will look at it: the digest of a directory is over the files that they ask for. Those of this package if absent. */
  readonly ecosystems?: readonly Ecosystem[] | undefined;
  /** The forms in which an image may be given. Those of this package if absent. */
  readonly sources?: readonly ImageSource[] | undefined;
  /** How registries are asked: as whom, through which mirrors, with which trust. */
  readonly registry?: RegistryOptions | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens an image by reference: a path, or `SCHEME:PATH` to force a form, with `:TAG` to choose among several images; where there is no
 * such path, the name of an image in a registry, with Docker's defaults (`registry:NAME` forces that). Its layers can be read until it is disposed.
 *
 * @example
 * ```ts
 * await using image = await openImage('oci-archive:app.tar:latest', { platform: { os: 'linux', architecture: 'arm64' } });
 * console.log(image.manifest.digest, image.manifest.layers.length);
 * ```
 * @throws UsageError `USAGE_REFERENCE`; InputError; FeedError; LimitError; AbortedError
 */
export function openImage(reference: string, options: OpenImageOptions = {}): Promise<OpenedImage> {
  const { platform, ecosystems = defaultEcosystems, sources = imageSources, registry, signal } = options;
  return openImageFrom(reference, { platform, wants: unionWants(ecosystems), registry, signal }, sources);
}
