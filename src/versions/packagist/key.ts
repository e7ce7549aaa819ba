import { composerKey } from '../composer/index.ts';
import type { PackagistVersion } from './parse.ts';

/** Grows with every change of the bytes, and of the normal form. */
export const packagistKeyVersion = 1;

/** The key of the normal form; none where there is none. */
export function packagistKey({ normal }: PackagistVersion): Uint8Array | undefined {
  return normal && composerKey(normal);
}
