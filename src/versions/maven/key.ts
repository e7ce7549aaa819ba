import { KeyWriter } from '../key-writer.ts';
import { knownWords, rankOfRelease, rankOfWord, type MavenToken, type MavenVersion } from './version.ts';

/** Grows with every change of the bytes below. */
export const mavenKeyVersion = 1;

// What may stand at one place, least first. Early words are those below a release (alpha … snapshot), late ones those above it.
const dotEarlyTag = 0x01;
const hyphenEarlyTag = 0x02;
/** One a zero, where an early word follows: `1-alpha` < `1.0.alpha` < `1`. */
const zeroBeforeEarlyTag = 0x03;
const endTag = 0x04;
const dotLateTag = 0x05;
const hyphenLateTag = 0x08;
const hyphenNumberTag = 0x09;
// The first token has no separator; a word is below every number (10…9F).
const firstWordTag = 0x02;
// The early words are 01…05, the late ones 06 and beyond.
const wordCodes: ReadonlyMap<string, number> = new Map(knownWords.filter((word) => word !== '').map((word, at) => [word, at + 1]));
const otherWordCode = 0x07;

const writer = new KeyWriter();

/**
 * What stands before a place. Codes for all kinds at once would stand in circles (see compare.ts), so each place gives some up; these are
 * those that real versions need least. Two versions share what stands before the place where they part, and so the table.
 */
type Site = 'few-tokens' | 'many-tokens' | 'word';
const manyTokens = 3;

/** Undefined where something stands at a place that has no code for it, or where the key is too long. */
export function mavenKey({ tokens }: MavenVersion): Uint8Array | undefined {
  writer.begin();
  if (!writeFirst(tokens[0])) return undefined;
  for (let at = 1; at < tokens.length;) {
    const end = endOfZeros(tokens, at);
    const token = tokens[end];
    if (token === undefined || !writeToken(siteAt(tokens, at), end - at, token)) return undefined;
    at = end + 1;
  }
  writer.tag(endTag);
  return writer.end();
}

function writeFirst(token: MavenToken | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === 'word') return writeWord(firstWordTag, token.text);
  writer.number(token.text);
  return true;
}

function siteAt(tokens: readonly MavenToken[], at: number): Site {
  if (tokens[at - 1]?.kind === 'word') return 'word';
  return at < manyTokens ? 'few-tokens' : 'many-tokens';
}

/** Zeros behind dots belong to what follows them; at the end and before a hyphen there are none. */
function endOfZeros(tokens: readonly MavenToken[], from: number): number {
  let at = from;
  while (at < tokens.length - 1 && isZeroBehindDot(tokens[at])) at += 1;
  return at;
}

function isZeroBehindDot(token: MavenToken | undefined): boolean {
  return token !== undefined && token.kind === 'number' && token.separator === '.' && token.text === '0';
}

/** Writes a token and the zeros before it; false where the site has no code for it. */
function writeToken(site: Site, zeros: number, token: MavenToken): boolean {
  if (token.kind === 'word') return writeWordAt(site, zeros, token);
  if (token.separator === '-') {
    if (site === 'few-tokens') return false;
    writer.tag(hyphenNumberTag);
  }
  for (let zero = 0; zero < zeros; zero += 1) writer.number('');
  writer.number(token.text);
  return true;
}

function writeWordAt(site: Site, zeros: number, { separator, text }: MavenToken): boolean {
  const isEarly = rankOfWord(text) < rankOfRelease;
  if (separator === '-') {
    if (site === (isEarly ? 'many-tokens' : 'few-tokens')) return false;
    return writeWord(isEarly ? hyphenEarlyTag : hyphenLateTag, text);
  }
  if (!isEarly) {
    if (site !== 'many-tokens') return false;
    for (let zero = 0; zero < zeros; zero += 1) writer.number('');
    return writeWord(dotLateTag, text);
  }
  if (zeros > 0 && site !== 'few-tokens') return false;
  for (let zero = 0; zero < zeros; zero += 1) writer.tag(zeroBeforeEarlyTag);
  return writeWord(dotEarlyTag, text);
}

/** The word of a release has no code: a word stands for it only inside a version, or where it is all of it. */
function writeWord(tag: number, word: string): boolean {
  if (word === '') return false;
  writer.tag(tag);
  const code = wordCodes.get(word);
  if (code !== undefined) {
    writer.tag(code);
  } else {
    writer.tag(otherWordCode);
    writer.text(word);
  }
  return true;
}
