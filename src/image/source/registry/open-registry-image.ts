import type { OpenedImage, OpenImageRequest } from '../../../contracts/index.ts';
import { defaultLimits, FeedError, parseManifestDigest } from '../../../core/index.ts';
import type { HttpClientOptions } from '../../../runtime/index.ts';
import { createCredentialFinder } from './find-credentials.ts';
import { RegistryClient } from './registry-client.ts';
import { listEndpoints } from './registry-endpoints.ts';
import { RegistryHttp } from './registry-http.ts';
import { toRegistryLayers } from './registry-layers.ts';
import { formatRegistryReference, requireRegistryReference } from './registry-reference.ts';
import { resolveManifest } from './resolve-manifest.ts';

/** How often and when what failed is tried again, and for how long is waited (ms). */
export type RegistryTuning = Pick<HttpClientOptions, 'retry' | 'timeouts'>;

/**
 * Resolves a reference to the manifest for a platform. Layers are asked for when they are read.
 *
 * @throws UsageError `USAGE_REFERENCE`, `USAGE_OPTION`; InputError; FeedError; LimitError; AbortedError
 */
export async function openRegistryImage(request: OpenImageRequest, tuning: RegistryTuning): Promise<OpenedImage> {
  const { location, registry = {}, limits = defaultLimits, platform, signal } = request;
  const reference = requireRegistryReference(location);
  if (registry.isOffline === true) throw new FeedError('REGISTRY_OFFLINE', { host: reference.host });
  const { environment = process.env, credentials = createCredentialFinder(environment), mirrors = [] } = registry;
  const http = new RegistryHttp({ ...registry, environment, tuning });
  try {
    const client = new RegistryClient(http, reference.repository, listEndpoints({ http, reference, mirrors, credentials }));
    const image = await resolveManifest(client, reference, { platform, limits, signal });
    const layers = toRegistryLayers({ http, client, limits, retry: tuning.retry }, image);
    return {
      manifest: { digest: parseManifestDigest(image.manifest.digest), layers },
      name: formatRegistryReference(reference),
      inflatedToOpen: 0,
      [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
    };
  } catch (error) {
    await http[Symbol.asyncDispose]();
    throw error;
  }
}
