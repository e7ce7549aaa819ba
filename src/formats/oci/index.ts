export type { OciDescriptor } from './descriptor.ts';
export { parseDockerManifest, type DockerManifestEntry } from './docker-manifest.ts';
export {
  imageConfigTypes,
  nameAnnotations,
  parseImageConfig,
  parseOciDocument,
  parseOciIndex,
  type ImageConfig,
  type OciManifest,
} from './oci-manifest.ts';
