import { defineImageSource, type ImageSource, type OpenedImage, type OpenImageRequest } from '../../../contracts/index.ts';
import { defaultLimits, FeedError, parseManifestDigest } from '../../../core/index.ts';
import type { HttpClientOptions } from '../../../runtime/index.ts';
import { createCredentialFinder } from './find-credentials.ts';
import { RegistryClient } from './registry-client.ts';
import { listEndpoints } from './registry-endpoints.ts';
import { RegistryHttp } from './registry-http.ts';
import { toRegistryLayers } from './registry-layers.ts';
import { formatRegistryReference, parseRegistryReference, requireRegistryReference } from './registry-reference.ts';
import { resolveManifest } from './resolve-manifest.ts';

/** How often and when what failed is tried again, and for how long is waited (ms). */
export type RegistryTuning = Pick<HttpClientOptions, 'retry' | 'timeouts'>;

/** What is plainly meant as a path: a reference does not begin so, and an archive that is not there is no repository. */
const pathLike = /^[./~\\]|^[A-Za-z]:\\|\.(?:tar|tgz|tbz|txz|tzst|oci|zip)(?:\.[a-z0-9]{1,4})?$/;

/** Images in registries that speak the OCI distribution specification or Docker's registry API version 2. */
export function createRegistrySource(tuning: RegistryTuning = {}): ImageSource {
  return defineImageSource({
    id: 'registry',
    // What is on this machine is of another form, whatever it holds.
    detect: () => Promise.resolve(false),
    recognise(reference) {
      if (pathLike.test(reference)) return { ok: false, reason: '' };
      const parsed = parseRegistryReference(reference);
      return parsed.ok ? { ok: true } : { ok: false, reason: `as an image of a registry: ${parsed.reason}` };
    },
    open: (request) => openRegistryImage(request, tuning),
  });
}

export const registrySource: ImageSource = createRegistrySource();

async function openRegistryImage(request: OpenImageRequest, tuning: RegistryTuning): Promise<OpenedImage> {
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
