import type { Ecosystem, OpenedImage } from '../contracts/index.ts';
import type { Limits, Platform } from '../core/index.ts';
import { imageSources, openImage as openFromSources } from '../image/index.ts';
import { defaultEcosystems } from './ecosystems.ts';
import { unionWants } from './union-wants.ts';

export interface OpenImageOptions {
  /** The host's processor with linux if absent. */
  readonly platform?: Platform | undefined;
  /** Whose files a directory is named by; all if absent. */
  readonly ecosystems?: readonly Ecosystem[] | undefined;
  readonly limits?: Limits | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens the image at `[SCHEME:]PATH[:TAG]`: a docker-archive, OCI archive, OCI layout or root directory, told apart by content unless
 * a scheme (`docker-archive`, `oci-archive`, `oci-dir`, `dir`) forces one. Its layers are readable until it is disposed.
 *
 * @throws UsageError `USAGE_REFERENCE`; InputError, LimitError, AbortedError
 */
export function openImage(reference: string, options: OpenImageOptions = {}): Promise<OpenedImage> {
  const { ecosystems = defaultEcosystems, ...rest } = options;
  return openFromSources(reference, { ...rest, wants: unionWants(ecosystems) }, imageSources);
}
