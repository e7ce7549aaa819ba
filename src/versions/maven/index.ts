import { defineVersionScheme, type VersionScheme } from '../../contracts/index.ts';
import { compareMaven } from './compare.ts';
import { mavenKey, mavenKeyVersion } from './key.ts';
import { parseMaven } from './parse.ts';
import type { MavenVersion } from './version.ts';

export type { MavenToken, MavenVersion } from './version.ts';

/**
 * Versions of Maven artifacts in the order that Maven's POM reference writes down. Some versions have no key (about one in ten of
 * those in advisories, e.g. `31.1-jre` and `1.2.3-SNAPSHOT`), since that order has circles: they are compared in process.
 */
export const mavenScheme: VersionScheme<MavenVersion> = defineVersionScheme({
  id: 'maven',
  keyVersion: mavenKeyVersion,
  parse: parseMaven,
  compare: compareMaven,
  key: mavenKey,
});
