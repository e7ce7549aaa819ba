import { defineVersionScheme, type VersionScheme } from '../../contracts/index.ts';
import { compareNuget } from './compare.ts';
import { nugetKey, nugetKeyVersion } from './key.ts';
import { parseNuget, type NugetVersion } from './parse.ts';

export type { NugetLabel, NugetVersion } from './parse.ts';

/**
 * Versions of NuGet packages: one to four numbers, and a pre-release whose labels are compared without regard to case. Every version
 * has a key, but for one of hundreds of labels that needs more than 1,024 bytes.
 */
export const nugetScheme: VersionScheme<NugetVersion> = defineVersionScheme({
  id: 'nuget',
  keyVersion: nugetKeyVersion,
  parse: parseNuget,
  compare: compareNuget,
  key: nugetKey,
});
