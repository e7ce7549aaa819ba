import { defineVersionScheme, type VersionScheme } from '../../contracts/index.ts';
import { compareSemver } from './compare.ts';
import { semverKey, semverKeyVersion } from './key.ts';
import { parseSemver, type SemverVersion } from './parse.ts';

export { compareSemver } from './compare.ts';
export { semverKey, semverKeyVersion } from './key.ts';
export { readSemverTail, type SemverVersion } from './parse.ts';

/**
 * Versions of npm, crates.io and Hex: the precedence of semver.org 2.0.0, read as loosely as npm reads them. Every version has a key,
 * but for one of hundreds of identifiers that needs more than 1,024 bytes.
 */
export const semverScheme: VersionScheme<SemverVersion> = defineVersionScheme({
  id: 'semver',
  keyVersion: semverKeyVersion,
  parse: parseSemver,
  compare: compareSemver,
  key: semverKey,
});
