import { defineVersionScheme, type VersionScheme } from '../../contracts/index.ts';
import { compareGem } from './compare.ts';
import { gemKey, gemKeyVersion } from './key.ts';
import { parseGem, type GemVersion } from './parse.ts';

export type { GemVersion } from './parse.ts';

/**
 * Versions of RubyGems, in the order of Gem::Version. Every version has a key, but for one of hundreds of letters and digits
 * in turn that needs more than 1,024 bytes.
 */
export const gemScheme: VersionScheme<GemVersion> = defineVersionScheme({
  id: 'gem',
  keyVersion: gemKeyVersion,
  parse: parseGem,
  compare: compareGem,
  key: gemKey,
});
