import { defineVersionScheme, type VersionScheme } from '../../contracts/index.ts';
import { comparePackagist } from './compare.ts';
import { packagistKey, packagistKeyVersion } from './key.ts';
import { parsePackagist, type PackagistVersion } from './parse.ts';

export type { PackagistVersion } from './parse.ts';

/**
 * Versions of packages of Packagist as Composer compares them: brought to the normal form first, so that 1.0 = 1.0.0. Advisories and
 * packages of PHP use this one; `composer` is the bare order of PHP's version_compare beneath it. What has no normal form has no key.
 */
export const packagistScheme: VersionScheme<PackagistVersion> = defineVersionScheme({
  id: 'packagist',
  keyVersion: packagistKeyVersion,
  parse: parsePackagist,
  compare: comparePackagist,
  key: packagistKey,
});
