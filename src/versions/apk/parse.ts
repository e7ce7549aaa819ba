import type { Parsed } from '../../contracts/index.ts';
import { endOfDigits, isDigit, isLowerLetter } from '../ascii.ts';
import { readVersionText, unparsable } from '../version-text.ts';
import { postSuffixes, preSuffixes, type ApkSuffix, type ApkToken, type ApkVersion } from './version.ts';

const noNumber = unparsable('the version does not begin with a number');
const noDottedNumber = unparsable('there is no number behind a dot');
const unknownSuffix = unparsable('a suffix is none of those that apk has');
const noHash = unparsable('there is no hash behind the tilde');
const noRevision = unparsable('there is no revision number behind -r');
const trailing = unparsable('something stands where the version should end');

const suffixes: ReadonlyMap<string, ApkSuffix> = new Map([...preSuffixes, ...postSuffixes].map((suffix) => [suffix, suffix]));

/** Reads `n(.n)*[letter[n]](_suffix[n])*[~hex][-rn]`, from left to right, without ever going back. */
export function parseApk(text: string): Parsed<ApkVersion> {
  const read = readVersionText(text);
  if (!read.ok) return read;
  const scan: Scan = { text: read.value, at: 0, tokens: [] };
  const failure = scanNumbers(scan) ?? scanLetter(scan) ?? scanSuffixes(scan) ?? scanHash(scan) ?? scanRevision(scan);
  if (failure !== undefined) return failure;
  return scan.at === scan.text.length ? { ok: true, value: { tokens: scan.tokens } } : trailing;
}

/** How far the text was read; each step takes its part of it, or says what is wrong. */
interface Scan {
  readonly text: string;
  at: number;
  readonly tokens: ApkToken[];
}

type Failure = Parsed<never> | undefined;

function scanNumbers(scan: Scan): Failure {
  const first = takeDigits(scan);
  if (first === '') return noNumber;
  scan.tokens.push({ kind: 'first-number', text: first });
  while (take(scan, '.')) {
    const digits = takeDigits(scan);
    if (digits === '') return noDottedNumber;
    scan.tokens.push({ kind: 'dotted-number', text: digits });
  }
  return undefined;
}

function scanLetter(scan: Scan): Failure {
  if (!isLowerLetter(scan.text.charCodeAt(scan.at))) return undefined;
  scan.tokens.push({ kind: 'letter', text: scan.text.charAt(scan.at) });
  scan.at += 1;
  const digits = takeDigits(scan);
  if (digits !== '') scan.tokens.push({ kind: 'letter-number', text: digits });
  return undefined;
}

function scanSuffixes(scan: Scan): Failure {
  while (take(scan, '_')) {
    const suffix = suffixes.get(takeWhile(scan, isLowerLetter));
    if (suffix === undefined) return unknownSuffix;
    scan.tokens.push({ kind: 'suffix', text: suffix });
    const digits = takeDigits(scan);
    if (digits !== '') scan.tokens.push({ kind: 'suffix-number', text: digits });
  }
  return undefined;
}

function scanHash(scan: Scan): Failure {
  if (!take(scan, '~')) return undefined;
  const hash = takeWhile(scan, isHexDigit);
  if (hash === '') return noHash;
  scan.tokens.push({ kind: 'hash', text: hash });
  return undefined;
}

function scanRevision(scan: Scan): Failure {
  if (!take(scan, '-r')) return undefined;
  const digits = takeDigits(scan);
  if (digits === '') return noRevision;
  scan.tokens.push({ kind: 'revision', text: digits });
  return undefined;
}

function take(scan: Scan, mark: string): boolean {
  if (!scan.text.startsWith(mark, scan.at)) return false;
  scan.at += mark.length;
  return true;
}

function takeDigits(scan: Scan): string {
  const from = scan.at;
  scan.at = endOfDigits(scan.text, from);
  return scan.text.slice(from, scan.at);
}

function takeWhile(scan: Scan, isOne: (code: number) => boolean): string {
  const from = scan.at;
  while (isOne(scan.text.charCodeAt(scan.at))) scan.at += 1;
  return scan.text.slice(from, scan.at);
}

/** Lower case only, as apk has it. */
function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 0x61 && code <= 0x66);
}
