import type { Parsed } from '../../contracts/index.ts';
import { isLetter } from '../ascii.ts';
import { readDottedNumbers } from '../dotted-numbers.ts';
import { readIdentifiers } from '../identifiers.ts';
import { readVersionText, unparsable } from '../version-text.ts';

/** A version of semver.org, or one that npm, crates.io or Hex would take for one. */
export interface SemverVersion {
  /** The digits of each number, at least one; a number that is not there is 0. */
  readonly numbers: readonly string[];
  /** The identifiers of the pre-release; none for a release. */
  readonly prerelease: readonly string[];
}

const noNumber = unparsable('the version does not begin with a number');
const trailing = unparsable('something stands where the version should end');
const badPrerelease = unparsable('the pre-release is not made of identifiers');
const badBuild = unparsable('the build is not made of identifiers');

const hyphen = 0x2d;

/**
 * Reads `[=v]*n(.n)*[-pre][+build]`, loosely: any number of numbers, leading zeros, and a pre-release that begins with a letter
 * needs no hyphen (`1.2.3beta`). The build is checked and dropped.
 */
export function parseSemver(text: string): Parsed<SemverVersion> {
  const read = readVersionText(text);
  return read.ok ? parseTrimmedSemver(read.value) : read;
}

function parseTrimmedSemver(text: string): Parsed<SemverVersion> {
  const { numbers, end } = readDottedNumbers(text, endOfPrefix(text));
  if (numbers.length === 0) return noNumber;
  return readSemverTail(text, end, numbers, isLetter(text.charCodeAt(end)));
}

/** What stands behind the numbers: nothing, or a hyphen (or, where so said, nothing but a letter) and a pre-release; then perhaps a build. */
export function readSemverTail(text: string, from: number, numbers: readonly string[], isBarePrerelease: boolean): Parsed<SemverVersion> {
  const hasHyphen = text.charCodeAt(from) === hyphen;
  const buildAt = text.indexOf('+', from);
  const end = buildAt === -1 ? text.length : buildAt;
  if (buildAt !== -1 && readIdentifiers(text.slice(buildAt + 1)) === undefined) return badBuild;
  if (!hasHyphen && !isBarePrerelease) return from === end ? { ok: true, value: { numbers, prerelease: [] } } : trailing;
  const prerelease = readIdentifiers(text.slice(hasHyphen ? from + 1 : from, end));
  return prerelease === undefined ? badPrerelease : { ok: true, value: { numbers, prerelease } };
}

function endOfPrefix(text: string): number {
  let at = 0;
  while (text.charCodeAt(at) === 0x3d || text.charCodeAt(at) === 0x76) at += 1;
  return at;
}
