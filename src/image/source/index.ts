import type { ImageSource } from '../../contracts/index.ts';
import { dockerArchiveSource, ociArchiveSource } from './archive-sources.ts';
import { ociDirectorySource } from './oci-directory.ts';
import { registrySource } from './registry/registry-source.ts';
import { rootDirectorySource } from './root-directory.ts';

export { openImage } from './open.ts';
export type { RegistryTuning } from './registry/open-registry-image.ts';
export { createRegistrySource } from './registry/registry-source.ts';

/** The forms in which an image can be given, sorted by id. */
export const imageSources: readonly ImageSource[] = Object.freeze([
  rootDirectorySource,
  dockerArchiveSource,
  ociArchiveSource,
  ociDirectorySource,
  registrySource,
]);
