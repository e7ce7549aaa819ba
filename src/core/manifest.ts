import type { ManifestDigest } from './digest.ts';
import type { Layer } from './layer.ts';

/**
 * An image as libindex takes it: its name and its layers, base first.
 * `digest` is the OCI or Docker manifest's; for a docker-archive without one the config's;
 * for a directory a hash over the files that the scanners asked for.
 */
export interface Manifest {
  readonly digest: ManifestDigest;
  readonly layers: readonly Layer[];
}

/** The platform that an image is made for, in the words of the OCI image index. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}
