import { defineVersionScheme, type VersionScheme } from '../../contracts/index.ts';
import { compareComposer } from './compare.ts';
import { composerKey, composerKeyVersion } from './key.ts';
import { parseComposer, type ComposerVersion } from './parse.ts';

export { normalizeComposer } from './normalize.ts';
export type { ComposerVersion } from './parse.ts';

/**
 * Versions in the order of PHP's version_compare. Composer brings versions to a normal form first, and then 1.0 = 1.0.0, which
 * here is less: whoever compares packages of Packagist puts both sides through {@link normalizeComposer}.
 * A version with `#` in it has no key; a branch (`dev-main`) is no version.
 */
export const composerScheme: VersionScheme<ComposerVersion> = defineVersionScheme({
  id: 'composer',
  keyVersion: composerKeyVersion,
  parse: parseComposer,
  compare: compareComposer,
  key: composerKey,
});
