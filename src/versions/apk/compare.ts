import { compareText } from '../../core/index.ts';
import type { Order } from '../../contracts/index.ts';
import { compareDigits } from '../compare-digits.ts';
import { postSuffixes, preSuffixes, type ApkSuffix, type ApkToken, type ApkVersion } from './version.ts';

/**
 * apk's order: token by token until two differ. Tokens of one kind are weighed as that kind is;
 * of two kinds, or where one version is at its end, the kinds decide.
 */
export function compareApk(a: ApkVersion, b: ApkVersion): Order {
  const longest = Math.max(a.tokens.length, b.tokens.length);
  for (let at = 0; at < longest; at += 1) {
    const order = compareTokens(a.tokens[at], b.tokens[at]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Undefined is the end of the version. */
function compareTokens(a: ApkToken | undefined, b: ApkToken | undefined): Order {
  const kinds = kindRank(a) - kindRank(b);
  if (kinds !== 0) return kinds < 0 ? -1 : 1;
  if (a === undefined || b === undefined) return 0;
  if (a.kind === 'suffix' && b.kind === 'suffix') return sign(suffixRank(a.text) - suffixRank(b.text));
  if (a.kind === 'dotted-number' && (hasLeadingZero(a) || hasLeadingZero(b))) return compareText(a.text, b.text);
  return a.kind === 'letter' || a.kind === 'hash' ? compareText(a.text, b.text) : compareDigits(a.text, b.text);
}

/** Which kind of token makes the greater version where two versions part. */
function kindRank(token: ApkToken | undefined): number {
  if (token === undefined) return 1;
  switch (token.kind) {
    case 'suffix':
      return suffixRank(token.text) < 0 ? 0 : 5;
    case 'revision':
      return 2;
    case 'hash':
      return 3;
    case 'suffix-number':
      return 4;
    case 'letter':
      return 6;
    case 'first-number':
    case 'dotted-number':
    case 'letter-number':
      return 7;
  }
}

const suffixRanks: ReadonlyMap<ApkSuffix, number> = new Map([
  ...preSuffixes.map((suffix, at) => [suffix, at - preSuffixes.length] as const),
  ...postSuffixes.map((suffix, at) => [suffix, at + 1] as const),
]);

/** Negative before the release, positive after it. */
function suffixRank(suffix: ApkSuffix): number {
  return suffixRanks.get(suffix) ?? 0;
}

function hasLeadingZero(token: ApkToken): boolean {
  return token.text.startsWith('0');
}

function sign(difference: number): Order {
  if (difference === 0) return 0;
  return difference < 0 ? -1 : 1;
}
