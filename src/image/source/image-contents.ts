import type { Manifest } from '../../core/index.ts';

/** An image as it was found in an archive or a layout; its layers are readable while that is open. */
export interface ImageContents {
  readonly manifest: Manifest;
  readonly name: string | undefined;
}
