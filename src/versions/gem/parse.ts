import type { Parsed } from '../../contracts/index.ts';
import { endOfDigits, isDigit, isLetter } from '../ascii.ts';
import { isZero } from '../dotted-numbers.ts';
import { readVersionText, unparsable } from '../version-text.ts';

/** A version of a RubyGem, as Gem::Version compares it. */
export interface GemVersion {
  /**
   * Runs of digits and of letters, without the zeros before the first word and at the end; a version of zeros alone has none.
   * A run begins with a digit exactly where it is a number.
   */
  readonly segments: readonly string[];
}

const noNumber = unparsable('the version does not begin with a number');
const emptyPart = unparsable('there is nothing behind a dot or the first hyphen');
const badCharacter = unparsable('the version holds a character that gem versions do not have');

const dot = 0x2e;
const hyphen = 0x2d;

/**
 * Reads `n[letters and digits](.[letters and digits])*[-…]`, where a hyphen is `.pre.`. RubyGems itself refuses letters in the first
 * part (`1beta`); advisories have them.
 */
export function parseGem(text: string): Parsed<GemVersion> {
  const read = readVersionText(text);
  if (!read.ok) return read;
  const version = read.value;
  if (!isDigit(version.charCodeAt(0))) return noNumber;
  const segments: string[] = [];
  let isTail = false;
  for (let at = 0; at < version.length;) {
    const code = version.charCodeAt(at);
    if (code === hyphen) {
      // the first hyphen needs something behind it; all others may stand at the end, or before a dot
      if (!isTail && !isPart(version.charCodeAt(at + 1), true)) return emptyPart;
      isTail = true;
      segments.push('pre');
      at += 1;
    } else if (code === dot) {
      if (!isPart(version.charCodeAt(at + 1), isTail)) return emptyPart;
      at += 1;
    } else {
      const end = isDigit(code) ? endOfDigits(version, at) : endOfLetters(version, at);
      if (end === at) return badCharacter;
      segments.push(version.slice(at, end));
      at = end;
    }
  }
  return { ok: true, value: { segments: canonical(segments) } };
}

/** What may begin a part: from the first hyphen on, another hyphen too. */
function isPart(code: number, isTail: boolean): boolean {
  return isDigit(code) || isLetter(code) || (isTail && code === hyphen);
}

function endOfLetters(text: string, from: number): number {
  let end = from;
  while (isLetter(text.charCodeAt(end))) end += 1;
  return end;
}

/** Gem::Version#canonical_segments: the zeros before the first word and those at the end go. */
function canonical(segments: readonly string[]): readonly string[] {
  const firstWord = segments.findIndex((segment) => !isDigit(segment.charCodeAt(0)));
  if (firstWord === -1) return withoutLastZeros(segments);
  return [...withoutLastZeros(segments.slice(0, firstWord)), ...withoutLastZeros(segments.slice(firstWord))];
}

function withoutLastZeros(segments: readonly string[]): readonly string[] {
  let count = segments.length;
  while (count > 0 && isZero(segments[count - 1] ?? '')) count -= 1;
  return segments.slice(0, count);
}
