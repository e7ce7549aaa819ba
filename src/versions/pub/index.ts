import { defineVersionScheme, type VersionScheme } from '../../contracts/index.ts';
import { comparePub } from './compare.ts';
import { pubKey, pubKeyVersion } from './key.ts';
import { parsePub, type PubVersion } from './parse.ts';

export type { PubVersion } from './parse.ts';

/**
 * Versions of packages of Dart (pub.dev, package `pub_semver`, "Semantics"): semantic versions, but 1.0.0+1 is above 1.0.0 and below 1.0.0+2. Every version
 * has a key, but for one of hundreds of identifiers that needs more than 1,024 bytes.
 */
export const pubScheme: VersionScheme<PubVersion> = defineVersionScheme({
  id: 'pub',
  keyVersion: pubKeyVersion,
  parse: parsePub,
  compare: comparePub,
  key: pubKey,
});
