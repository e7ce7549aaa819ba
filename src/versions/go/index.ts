import { defineVersionScheme, type VersionScheme } from '../../contracts/index.ts';
import { compareSemver, semverKey, semverKeyVersion, type SemverVersion } from '../semver/index.ts';
import { parseGo } from './parse.ts';

/**
 * Versions of Go modules, pseudo-versions among them, and of the toolchain (`go1.21rc2`), in the order of golang.org/x/mod/semver.
 * A bare `go1.N` is 1.N.0 even from 1.21 on, where the toolchain takes it for the language version, below its release candidates.
 */
export const goScheme: VersionScheme<SemverVersion> = defineVersionScheme({
  id: 'go',
  keyVersion: semverKeyVersion,
  parse: parseGo,
  compare: compareSemver,
  key: semverKey,
});
