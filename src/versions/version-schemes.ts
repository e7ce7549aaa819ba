import type { VersionScheme } from '../contracts/index.ts';
import { apkScheme } from './apk/index.ts';
import { composerScheme } from './composer/index.ts';
import { debScheme } from './deb/index.ts';
import { gemScheme } from './gem/index.ts';
import { goScheme } from './go/index.ts';
import { mavenScheme } from './maven/index.ts';
import { nugetScheme } from './nuget/index.ts';
import { packagistScheme } from './packagist/index.ts';
import { pep440Scheme } from './pep440/index.ts';
import { pubScheme } from './pub/index.ts';
import { rpmScheme } from './rpm/index.ts';
import { semverScheme } from './semver/index.ts';

/** Sorted by id, which is the folder's name. */
const schemes: readonly VersionScheme[] = [
  apkScheme,
  composerScheme,
  debScheme,
  gemScheme,
  goScheme,
  mavenScheme,
  nugetScheme,
  packagistScheme,
  pep440Scheme,
  pubScheme,
  rpmScheme,
  semverScheme,
];

/**
 * Every version scheme by its id, sorted by id. Read-only in effect too: to change it throws a TypeError.
 *
 * What `parse` gives is for `compare` and `key` of the same scheme. Where the scheme is known beforehand,
 * `debScheme` and its like have the version's own type.
 */
export const versionSchemes: ReadonlyMap<string, VersionScheme> = readOnly(new Map(schemes.map((scheme) => [scheme.id, scheme])));

/** Freezing a Map leaves its entries open: what changes them is taken away. */
function readOnly<K, V>(map: Map<K, V>): ReadonlyMap<K, V> {
  const refuse = (): never => {
    throw new TypeError('the version schemes are read-only');
  };
  return Object.freeze(Object.assign(map, { set: refuse, delete: refuse, clear: refuse }));
}
