import { endOfDigits, isDigit, isDigits } from '../ascii.ts';
import { readVersionText } from '../version-text.ts';
import { readComposerDate } from './date-version.ts';
import { isComposerBranch } from './parse.ts';

/**
 * The normal form that Composer gives a version before it compares it (composer/semver, VersionParser::normalize): four numbers,
 * the stability spelled out, the build dropped: `v1.2-b3` is `1.2.0.0-beta3`. A branch without a number becomes `dev-NAME`, which is no version.
 * Undefined where Composer has no normal form: then the text is to be compared as it is.
 */
export function normalizeComposer(text: string): string | undefined {
  const read = readVersionText(text);
  if (!read.ok) return undefined;
  const version = withoutStabilityFlag(read.value);
  if (version === 'master' || version === 'trunk' || version === 'default') return `dev-${version}`;
  if (isComposerBranch(version)) return `dev-${version.slice(4)}`;
  const bare = withoutBuild(version);
  return normalizeNumbers(bare) ?? normalizeDate(bare) ?? normalizeNumberedBranch(bare);
}

/** `1.0@beta`. */
function withoutStabilityFlag(text: string): string {
  const at = text.lastIndexOf('@');
  return at !== -1 && stabilityFlags.has(text.slice(at + 1).toLowerCase()) ? text.slice(0, at) : text;
}

const stabilityFlags: ReadonlySet<string> = new Set(['stable', 'rc', 'beta', 'alpha', 'dev']);

function withoutBuild(text: string): string {
  const plus = text.indexOf('+');
  return plus > 0 && plus < text.length - 1 && !text.slice(0, plus).includes(',') ? text.slice(0, plus) : text;
}

/** `[v]n.n.n.n` with one to four numbers, the first of at most five digits. */
function normalizeNumbers(text: string): string | undefined {
  const numbers: string[] = [];
  let at = endOfMark(text);
  const first = endOfDigits(text, at);
  if (first === at || first - at > 5) return undefined;
  numbers.push(text.slice(at, first));
  at = first;
  while (numbers.length < 4 && text.charAt(at) === '.' && isDigit(text.charCodeAt(at + 1))) {
    const end = endOfDigits(text, at + 1);
    numbers.push(text.slice(at + 1, end));
    at = end;
  }
  while (numbers.length < 4) numbers.push('0');
  return withModifier(numbers.join('.'), text, at);
}

/** `2023-01-02` and its like. */
function normalizeDate(text: string): string | undefined {
  const from = endOfMark(text);
  const end = readComposerDate(text, from);
  if (end === undefined) return undefined;
  return withModifier(text.slice(from, end).replaceAll(/[^0-9]/g, '.'), text, end);
}

/** `1.x-dev`: the numbered branch is above all versions that begin like it. */
function normalizeNumberedBranch(text: string): string | undefined {
  if (!text.toLowerCase().endsWith('dev')) return undefined;
  const beforeDev = text.slice(0, -3);
  const name = beforeDev.endsWith('.') || beforeDev.endsWith('-') ? beforeDev.slice(0, -1) : beforeDev;
  const [first = '', ...parts] = name.slice(endOfMark(name)).split('.');
  if (parts.length > 3 || !isDigits(first) || !parts.every((part) => isDigits(part) || isWildcard(part))) return undefined;
  const numbers = [first, ...parts, 'x', 'x', 'x'].slice(0, 4);
  return `${numbers.map((part) => (isWildcard(part) ? '9999999' : part)).join('.')}-dev`;
}

function isWildcard(text: string): boolean {
  return text === 'x' || text === 'X' || text === '*';
}

/** Behind a leading `v`. */
function endOfMark(text: string): number {
  return text.charAt(0).toLowerCase() === 'v' ? 1 : 0;
}

// A spelling that begins with another one stands before it.
const stabilities: readonly (readonly [string, string])[] = [
  ['stable', ''],
  ['beta', 'beta'],
  ['b', 'beta'],
  ['rc', 'RC'],
  ['alpha', 'alpha'],
  ['a', 'alpha'],
  ['patch', 'patch'],
  ['pl', 'patch'],
  ['p', 'patch'],
];

/** The numbers with what stands behind them: `[._-][stability[numbers]][[.-]dev]`; undefined where anything else does. */
function withModifier(numbers: string, text: string, from: number): string | undefined {
  const rest = text.slice(from).toLowerCase();
  let at = isOneOf(rest, 0, '._-') ? 1 : 0;
  const stability = stabilities.find(([spelling]) => rest.startsWith(spelling, at));
  const numbersFrom = at + (stability?.[0].length ?? 0);
  at = stability === undefined ? numbersFrom : endOfModifierNumbers(rest, numbersFrom);
  const devAt = isOneOf(rest, at, '.-') ? at + 1 : at;
  const isDev = rest.slice(devAt) === 'dev';
  if (!isDev && at < rest.length) return undefined;
  if (stability?.[0] === 'stable') return numbers;
  const count = rest.slice(isOneOf(rest, numbersFrom, '.-') ? numbersFrom + 1 : numbersFrom, Math.max(at, numbersFrom));
  return numbers + (stability === undefined ? '' : `-${stability[1]}${at > numbersFrom ? count : ''}`) + (isDev ? '-dev' : '');
}

/** Numbers with at most one `.` or `-` before each. */
function endOfModifierNumbers(text: string, from: number): number {
  let at = from;
  for (;;) {
    const next = isOneOf(text, at, '.-') ? at + 1 : at;
    const end = endOfDigits(text, next);
    if (end === next) return at;
    at = end;
  }
}

function isOneOf(text: string, at: number, marks: string): boolean {
  const character = text.charAt(at);
  return character !== '' && marks.includes(character);
}
