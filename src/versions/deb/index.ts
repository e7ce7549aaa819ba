import { defineVersionScheme, type VersionScheme } from '../../contracts/index.ts';
import { compareDeb } from './compare.ts';
import { debKey, debKeyVersion } from './key.ts';
import { parseDeb, type DebVersion } from './parse.ts';

export type { DebVersion } from './parse.ts';

/** Versions of Debian, Ubuntu and all that dpkg installs, in the order of deb-version(7). Every version has a key. */
export const debScheme: VersionScheme<DebVersion> = defineVersionScheme({
  id: 'deb',
  keyVersion: debKeyVersion,
  parse: parseDeb,
  compare: compareDeb,
  key: debKey,
});
