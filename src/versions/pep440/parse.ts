import type { Parsed } from '../../contracts/index.ts';
import { endOfDigits, isDigit, isLowerLetter } from '../ascii.ts';
import { readDottedNumbers } from '../dotted-numbers.ts';
import { readVersionText, unparsable } from '../version-text.ts';
import type { Pep440PreKind, Pep440Version } from './version.ts';

const noRelease = unparsable('the version has no release number');
const badLocal = unparsable('the local part is not made of words and numbers');
const trailing = unparsable('something stands where the version should end');

// A spelling that begins with another one stands before it.
const preSpellings: readonly (readonly [string, Pep440PreKind])[] = [
  ['alpha', 'a'],
  ['a', 'a'],
  ['beta', 'b'],
  ['b', 'b'],
  ['preview', 'rc'],
  ['pre', 'rc'],
  ['rc', 'rc'],
  ['c', 'rc'],
];
const postSpellings: readonly (readonly [string, 'post'])[] = [
  ['post', 'post'],
  ['rev', 'post'],
  ['r', 'post'],
];
const devSpellings: readonly (readonly [string, 'dev'])[] = [['dev', 'dev']];

/**
 * Reads `[v][epoch!]n(.n)*[{a|b|rc}n][.postn][.devn][+local]` with every other spelling that PEP 440 brings to that form (its appendix B):
 * case, separators `.` `-` `_` before and behind a mark, missing numbers, `1.0-1` for `1.0.post1`.
 */
export function parsePep440(text: string): Parsed<Pep440Version> {
  const read = readVersionText(text);
  if (!read.ok) return read;
  const scan: Scan = { text: read.value.toLowerCase(), at: 0 };
  const front = takeEpochAndRelease(scan);
  if (front === undefined) return noRelease;
  const pre = takeMark(scan, preSpellings);
  const post = takeMark(scan, postSpellings)?.number ?? takeBarePost(scan);
  const dev = takeMark(scan, devSpellings)?.number;
  const local = takeLocal(scan);
  if (local === undefined) return badLocal;
  if (scan.at < scan.text.length) return trailing;
  return {
    ok: true,
    value: { ...front, ...(pre && { pre }), ...(post !== undefined && { post }), ...(dev !== undefined && { dev }), local },
  };
}

/** How far the text was read. Nothing is read twice. */
interface Scan {
  readonly text: string;
  at: number;
}

const bang = 0x21;
const plus = 0x2b;
const hyphen = 0x2d;

function takeEpochAndRelease(scan: Scan): { readonly epoch: string; readonly release: readonly string[] } | undefined {
  const from = scan.text.startsWith('v') ? 1 : 0;
  const endOfEpoch = endOfDigits(scan.text, from);
  const hasEpoch = endOfEpoch > from && scan.text.charCodeAt(endOfEpoch) === bang;
  const { numbers, end } = readDottedNumbers(scan.text, hasEpoch ? endOfEpoch + 1 : from);
  if (numbers.length === 0) return undefined;
  scan.at = end;
  return { epoch: hasEpoch ? scan.text.slice(from, endOfEpoch) : '0', release: numbers };
}

/** One of the spellings, with a separator before and one behind it, or none, and a number, or none. */
function takeMark<Kind extends string>(
  scan: Scan,
  spellings: readonly (readonly [string, Kind])[],
): { readonly kind: Kind; readonly number: string } | undefined {
  const at = skipSeparator(scan.text, scan.at);
  const found = spellings.find(([spelling]) => scan.text.startsWith(spelling, at));
  if (found === undefined) return undefined;
  const from = skipSeparator(scan.text, at + found[0].length);
  scan.at = endOfDigits(scan.text, from);
  return { kind: found[1], number: scan.text.slice(from, scan.at) || '0' };
}

/** `-1`, the short form of `.post1`. */
function takeBarePost(scan: Scan): string | undefined {
  if (scan.text.charCodeAt(scan.at) !== hyphen) return undefined;
  const from = scan.at + 1;
  const end = endOfDigits(scan.text, from);
  if (end === from) return undefined;
  scan.at = end;
  return scan.text.slice(from, end);
}

/** Words and numbers between separators, all behind a plus; none where there is no plus, undefined where one is empty. */
function takeLocal(scan: Scan): readonly string[] | undefined {
  const local: string[] = [];
  if (scan.text.charCodeAt(scan.at) !== plus) return local;
  do {
    const from = scan.at + 1;
    scan.at = endOfWord(scan.text, from);
    if (scan.at === from) return undefined;
    local.push(scan.text.slice(from, scan.at));
  } while (isSeparator(scan.text.charCodeAt(scan.at)));
  return local;
}

function endOfWord(text: string, from: number): number {
  let end = from;
  while (isDigit(text.charCodeAt(end)) || isLowerLetter(text.charCodeAt(end))) end += 1;
  return end;
}

function skipSeparator(text: string, at: number): number {
  return isSeparator(text.charCodeAt(at)) ? at + 1 : at;
}

/** `.`, `-` or `_`. */
function isSeparator(code: number): boolean {
  return code === 0x2e || code === hyphen || code === 0x5f;
}
