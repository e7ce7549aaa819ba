import { defineVersionScheme, type VersionScheme } from '../../contracts/index.ts';
import { compareRpm } from './compare.ts';
import { rpmKey, rpmKeyVersion } from './key.ts';
import { parseRpm, type RpmVersion } from './parse.ts';

export type { RpmVersion } from './parse.ts';
export { parseNevra, type Nevra } from './nevra.ts';

/**
 * Versions of rpm packages, `[epoch:]version[-release]`, in the order of rpm-version(7). Every version has a key.
 * A version without a release is below the same with any: rpm's dependencies, where it stands for all of them, are no order.
 */
export const rpmScheme: VersionScheme<RpmVersion> = defineVersionScheme({
  id: 'rpm',
  keyVersion: rpmKeyVersion,
  parse: parseRpm,
  compare: compareRpm,
  key: rpmKey,
});
