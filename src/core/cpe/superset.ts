import { cpeAny, cpeAttributes, cpeNotApplicable, type Cpe, type CpeAttribute } from './cpe.ts';
import { readCharacters, type CpeCharacter } from './cpe-value.ts';

/** Whether every name that the target stands for is one of the source's (CPE_SUPERSET of NISTIR 7696, 7.2): each attribute is superset or equal. */
export function isCpeSuperset(source: Cpe, target: Cpe): boolean {
  return cpeAttributes.every((attribute) => isValueSuperset(source[attribute], target[attribute]));
}

/**
 * Whether the product that a vendor names holds the one of a repository. As {@link isCpeSuperset}, but a version holds the versions that begin with all its
 * parts: Red Hat writes `openshift:4` for all of OpenShift 4, also where repositories are of `openshift:4.13`. `4.1` does not hold `4.13`.
 */
export function isProductSuperset(source: Cpe, target: Cpe): boolean {
  return cpeAttributes.every((attribute) => {
    if (isValueSuperset(source[attribute], target[attribute])) return true;
    return attribute === ('version' satisfies CpeAttribute) && isVersionPrefix(source.version, target.version);
  });
}

/** Whether the one of the two holds the other by attributes: table 6-2 of NISTIR 7696. A target with wildcards of its own is held by ANY and itself only. */
function isValueSuperset(source: string, target: string): boolean {
  if (source === cpeAny || source === target) return true;
  if (target === cpeAny || target === cpeNotApplicable || source === cpeNotApplicable) return false;
  const [pattern, characters] = [readCharacters(source), readCharacters(target)];
  if (!pattern || !characters || characters.some(isWildcard)) return false;
  return isMatch(pattern, characters);
}

function isVersionPrefix(source: string, target: string): boolean {
  const isPlain = [source, target].every((value) => /^[a-z0-9._-]+$/.test(value) && value !== cpeNotApplicable);
  return isPlain && target.startsWith(`${source}.`);
}

/** What stands at an end: so many characters may be there besides. */
function slack(wildcards: readonly CpeCharacter[]): number {
  return wildcards.some(({ text }) => text === '*') ? Number.POSITIVE_INFINITY : wildcards.length;
}

/** `*` at an end is any number of characters, each `?` one or none (NISTIR 7696, 6.3); characters are counted, not the backslashes before them. */
function isMatch(pattern: readonly CpeCharacter[], target: readonly CpeCharacter[]): boolean {
  const first = pattern.findIndex(({ isQuoted }) => isQuoted);
  if (first < 0) return target.length <= slack(pattern);
  const last = pattern.findLastIndex(({ isQuoted }) => isQuoted);
  const literal = pattern.slice(first, last + 1);
  const [before, after] = [slack(pattern.slice(0, first)), slack(pattern.slice(last + 1))];
  const room = target.length - literal.length;
  for (let at = Math.max(0, room - after); at <= Math.min(before, room); at += 1) {
    if (literal.every(({ text }, index) => target[at + index]?.text === text)) return true;
  }
  return false;
}

function isWildcard({ isQuoted }: CpeCharacter): boolean {
  return !isQuoted;
}
