import { defineImageSource, type ImageSource } from '../../../contracts/index.ts';
import type { RegistryTuning } from './open-registry-image.ts';
import { parseRegistryReference } from './registry-reference.ts';

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
    // Most images are files: what speaks HTTP is loaded for those that are not.
    open: async (request) => (await import('./open-registry-image.ts')).openRegistryImage(request, tuning),
  });
}

export const registrySource: ImageSource = createRegistrySource();
