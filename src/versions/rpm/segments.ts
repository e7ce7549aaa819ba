import { isDigit, isLetter } from '../ascii.ts';

/** What stands at a place of a part, in the order of rpm-version(7): `~` below the end, `^` above it, letters below digits. */
export const tilde = 0;
export const endOfPart = 1;
export const caret = 2;
export const letters = 3;
export const digits = 4;
export type SegmentKind = typeof tilde | typeof endOfPart | typeof caret | typeof letters | typeof digits;

/** What begins with that code unit; undefined for one that only separates. NaN is the end of the part. */
function kindOf(code: number): SegmentKind | undefined {
  if (isDigit(code)) return digits;
  if (isLetter(code)) return letters;
  if (code === 0x7e) return tilde;
  if (code === 0x5e) return caret;
  return Number.isNaN(code) ? endOfPart : undefined;
}

/** What begins with a code unit that does not separate. */
export function segmentAt(text: string, at: number): SegmentKind {
  return kindOf(text.charCodeAt(at)) ?? endOfPart;
}

/** The first place from `at` on that does not separate. */
export function skipSeparators(text: string, at: number): number {
  let next = at;
  while (kindOf(text.charCodeAt(next)) === undefined) next += 1;
  return next;
}

/** Where the run of letters that begins at `from` ends. */
export function endOfLetters(text: string, from: number): number {
  let end = from;
  while (isLetter(text.charCodeAt(end))) end += 1;
  return end;
}
