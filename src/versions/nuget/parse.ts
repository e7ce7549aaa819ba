import type { Parsed } from '../../contracts/index.ts';
import { compareDigits } from '../compare-digits.ts';
import { isDigits } from '../ascii.ts';
import { isZero, readDottedNumbers } from '../dotted-numbers.ts';
import { readSemverTail } from '../semver/index.ts';
import { readVersionText, unparsable } from '../version-text.ts';

/** A version of a NuGet package. */
export interface NugetVersion {
  /** The digits of each number, one to four; a number that is not there is 0. */
  readonly numbers: readonly string[];
  /** The labels of the pre-release; none for a release. */
  readonly labels: readonly NugetLabel[];
}

/** A label of a pre-release. Negative numbers have their size without the sign; words are in lower case. */
export type NugetLabel =
  | { readonly kind: 'negative'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'word'; readonly text: string };

const noNumber = unparsable('the version does not begin with a number');
const tooManyNumbers = unparsable('a NuGet version has at most four numbers');

const maxNumber = '2147483647';
const maxNegative = '2147483648';

/** Reads `n(.n){0,3}[-label(.label)*][+metadata]`; metadata is checked and dropped. */
export function parseNuget(text: string): Parsed<NugetVersion> {
  const read = readVersionText(text);
  if (!read.ok) return read;
  const { numbers, end } = readDottedNumbers(read.value, 0);
  if (numbers.length === 0) return noNumber;
  if (numbers.length > 4) return tooManyNumbers;
  const parsed = readSemverTail(read.value, end, numbers, false);
  return parsed.ok ? { ok: true, value: { numbers, labels: parsed.value.prerelease.map(toLabel) } } : parsed;
}

/** NuGet.Versioning's VersionComparer takes a label for a number where it is a signed 32-bit integer. */
function toLabel(text: string): NugetLabel {
  const isNegative = text.startsWith('-');
  const digits = isNegative ? text.slice(1) : text;
  const isInteger = isDigits(digits) && compareDigits(digits, isNegative ? maxNegative : maxNumber) <= 0;
  if (!isInteger) return { kind: 'word', text: text.toLowerCase() };
  return { kind: isNegative && !isZero(digits) ? 'negative' : 'number', text: digits };
}
