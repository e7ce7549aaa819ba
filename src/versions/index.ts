/**
 * `claircore/versions`: how versions are ordered, one scheme for each kind of version.
 *
 * A scheme reads a version (`parse`, which never throws), compares two of them (`compare`), and writes one as bytes
 * (`key`) whose order is the order of the versions: an index of keys answers "is it affected" without any version code.
 *
 * @example
 * import { compareKeys, versionSchemes } from 'claircore/versions';
 *
 * const deb = versionSchemes.get('deb');
 * const before = deb?.parse('1.2.3-1~deb12u1');
 * const after = deb?.parse('1.2.3-1');
 * if (deb && before?.ok && after?.ok) {
 *   deb.compare(before.value, after.value); // -1
 *   const [a, b] = [deb.key(before.value), deb.key(after.value)];
 *   if (a && b) compareKeys(a, b); // -1
 * }
 */
export { apkScheme, type ApkSuffix, type ApkToken, type ApkVersion } from './apk/index.ts';
export { compareKeys } from './compare-keys.ts';
export { composerScheme, normalizeComposer, type ComposerVersion } from './composer/index.ts';
export { debScheme, type DebVersion } from './deb/index.ts';
export { gemScheme, type GemVersion } from './gem/index.ts';
export { goScheme } from './go/index.ts';
export { maxKeyBytes } from './key-writer.ts';
export { mavenScheme, type MavenToken, type MavenVersion } from './maven/index.ts';
export { nugetScheme, type NugetLabel, type NugetVersion } from './nuget/index.ts';
export { packagistScheme, type PackagistVersion } from './packagist/index.ts';
export { pep440Scheme, type Pep440PreKind, type Pep440Version } from './pep440/index.ts';
export { pubScheme, type PubVersion } from './pub/index.ts';
export { parseNevra, rpmScheme, type Nevra, type RpmVersion } from './rpm/index.ts';
export { isInRange, rangeEnds, rangeKeys, type RangeEnd, type RangeKeys } from './range.ts';
export { semverScheme, type SemverVersion } from './semver/index.ts';
export { versionSchemes } from './version-schemes.ts';
export { maxVersionBytes } from './version-text.ts';
export type { KeyRange, Order, Parsed, VersionScheme } from '../contracts/index.ts';
export type { RawRange } from '../core/index.ts';
