import type { Parsed } from '../../contracts/index.ts';
import { endOfDigits, isDigit } from '../ascii.ts';
import { readVersionText } from '../version-text.ts';
import { isNull, type MavenToken, type MavenVersion } from './version.ts';

/** Other spellings of a word. */
const spellings: ReadonlyMap<string, string> = new Map([
  ['cr', 'rc'],
  ['ga', ''],
  ['final', ''],
  ['release', ''],
]);
/** Short forms, where a digit follows at once. */
const shortWords: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['m', 'milestone'],
]);

/**
 * Cuts the text at dots, hyphens and every change between digits and other characters (which is a hyphen), and trims what says nothing:
 * Maven's POM reference, "Version Order Specification". Any visible text is a version.
 */
export function parseMaven(text: string): Parsed<MavenVersion> {
  const read = readVersionText(text);
  if (!read.ok) return read;
  const version = read.value.toLowerCase();
  const tokens: MavenToken[] = [];
  let separator: MavenToken['separator'] = '.';
  let at = 0;
  for (;;) {
    const end = endOfToken(version, at);
    push(tokens, toToken(separator, version.slice(at, end), isDigit(version.charCodeAt(end))));
    if (end === version.length) break;
    const next = version.charAt(end);
    separator = next === '.' ? '.' : '-';
    at = isMark(next) ? end + 1 : end;
  }
  dropLastNulls(tokens);
  return { ok: true, value: { tokens } };
}

/** The end of the digits, or of what is neither digit nor mark, that begin there. */
function endOfToken(text: string, from: number): number {
  const end = endOfDigits(text, from);
  return end === from ? endOfWord(text, from) : end;
}

function endOfWord(text: string, from: number): number {
  let end = from;
  while (end < text.length && !isDigit(text.charCodeAt(end)) && !isMark(text.charAt(end))) end += 1;
  return end;
}

function isMark(character: string): boolean {
  return character === '.' || character === '-';
}

/** An empty piece is the number 0. */
function toToken(separator: MavenToken['separator'], piece: string, isBeforeDigit: boolean): MavenToken {
  if (piece === '' || isDigit(piece.charCodeAt(0))) return { separator, kind: 'number', text: withoutZeros(piece) };
  const text = (isBeforeDigit ? shortWords.get(piece) : undefined) ?? spellings.get(piece) ?? piece;
  return { separator, kind: 'word', text };
}

function withoutZeros(digits: string): string {
  let from = 0;
  while (from < digits.length - 1 && digits.charCodeAt(from) === 0x30) from += 1;
  return digits.slice(from) || '0';
}

/** What says nothing is trimmed before every hyphen, too. */
function push(tokens: MavenToken[], token: MavenToken): void {
  if (token.separator === '-') dropLastNulls(tokens);
  tokens.push(token);
}

/** The first token always stays. */
function dropLastNulls(tokens: MavenToken[]): void {
  for (let last = tokens.at(-1); last !== undefined && tokens.length > 1 && isNull(last); last = tokens.at(-1)) tokens.pop();
}
