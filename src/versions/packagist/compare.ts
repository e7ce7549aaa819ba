import type { Order } from '../../contracts/index.ts';
import { compareComposer, type ComposerVersion } from '../composer/index.ts';
import type { PackagistVersion } from './parse.ts';

const nothing: ComposerVersion = { tokens: [] };

/**
 * By the normal forms where both have one, else as both were written: `3.0.0b1.post1`, which has none, is above `3.0.0b1` and not below
 * 3.0.0.0-beta1. So what has no normal form has no place among the others that bytes could tell, and no key.
 */
export function comparePackagist(a: PackagistVersion, b: PackagistVersion): Order {
  if (a.normal && b.normal) return compareComposer(a.normal, b.normal);
  return compareComposer(a.written ?? a.normal ?? nothing, b.written ?? b.normal ?? nothing);
}
