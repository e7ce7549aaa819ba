/**
 * A second implementation of apk's version order, for the proofs only: the walk of apk-tools over both strings at once,
 * token by token, with no parsed form and no key. It shares nothing with src/versions.
 */
type Token = 'digit-or-zero' | 'digit' | 'letter' | 'suffix' | 'suffix-number' | 'revision' | 'end' | 'invalid';

const order: readonly Token[] = ['digit-or-zero', 'digit', 'letter', 'suffix', 'suffix-number', 'revision', 'end'];
const preSuffixes = ['alpha', 'beta', 'pre', 'rc'];
const postSuffixes = ['cvs', 'svn', 'git', 'hg', 'p'];

interface Cursor {
  rest: string;
  type: Token;
}

const isDigit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9';

function next(cursor: Cursor): void {
  const { rest, type } = cursor;
  const [first] = rest;
  if (first === undefined) cursor.type = 'end';
  else if ((type === 'digit' || type === 'digit-or-zero') && first >= 'a' && first <= 'z') cursor.type = 'letter';
  else if (type === 'suffix' && isDigit(first)) cursor.type = 'suffix-number';
  else if (type === 'letter' && isDigit(first)) cursor.type = 'digit';
  else if (first === '.') {
    cursor.type = 'digit-or-zero';
    cursor.rest = rest.slice(1);
  } else if (first === '_') {
    cursor.type = 'suffix';
    cursor.rest = rest.slice(1);
  } else if (rest.startsWith('-r')) {
    cursor.type = 'revision';
    cursor.rest = rest.slice(2);
  } else cursor.type = 'invalid';
}

function takeNumber(cursor: Cursor): bigint | string {
  const [digits = ''] = /^\d*/.exec(cursor.rest) ?? [];
  const leadingZero = cursor.type === 'digit-or-zero' && digits.length > 1 && digits.startsWith('0');
  cursor.rest = cursor.rest.slice(digits.length);
  return leadingZero ? digits : BigInt(digits === '' ? '0' : digits);
}

function takeValue(cursor: Cursor): bigint | string {
  if (cursor.type === 'letter') {
    const code = BigInt(cursor.rest.charCodeAt(0));
    cursor.rest = cursor.rest.slice(1);
    return code;
  }
  if (cursor.type !== 'suffix') return takeNumber(cursor);
  const [word = ''] = /^[a-z]*/.exec(cursor.rest) ?? [];
  cursor.rest = cursor.rest.slice(word.length);
  return BigInt(preSuffixes.includes(word) ? preSuffixes.indexOf(word) - preSuffixes.length : postSuffixes.indexOf(word));
}

function compareValues(a: bigint | string, b: bigint | string): number {
  if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
  return typeof a === 'string' ? -1 : 1;
}

/** −1, 0, 1; for well-formed versions. */
export function naiveApkCompare(a: string, b: string): number {
  const left: Cursor = { rest: a, type: 'digit' };
  const right: Cursor = { rest: b, type: 'digit' };
  while (left.type === right.type && left.type !== 'end' && left.type !== 'invalid') {
    const sign = compareValues(takeValue(left), takeValue(right));
    if (sign !== 0) return sign;
    next(left);
    next(right);
  }
  if (left.type === right.type) return 0;
  const isPre = (cursor: Cursor): boolean => cursor.type === 'suffix' && preSuffixes.some((suffix) => cursor.rest.startsWith(suffix));
  if (isPre(left)) return -1;
  if (isPre(right)) return 1;
  return order.indexOf(left.type) > order.indexOf(right.type) ? -1 : 1;
}
