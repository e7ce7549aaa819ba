import { defineVersionScheme, type VersionScheme } from '../../contracts/index.ts';
import { compareComposer } from './compare.ts';
import { composerKey, composerKeyVersion } from './key.ts';
import { parseComposer, type ComposerVersion } from './parse.ts';

export { compareComposer } from './compare.ts';
export { composerKey } from './key.ts';
export { normalizeComposer } from './normalize.ts';
export { parseComposer, type ComposerVersion } from './parse.ts';

/**
 * Versions in the bare order of PHP's version_compare, in which 1.0 < 1.0.0. Composer brings versions to a normal form first: packages and
 * advisories of Packagist are for the scheme `packagist`. A version with `#` in it has no key.
 */
export const composerScheme: VersionScheme<ComposerVersion> = defineVersionScheme({
  id: 'composer',
  keyVersion: composerKeyVersion,
  parse: parseComposer,
  compare: compareComposer,
  key: composerKey,
});
