import type { Order } from '../../contracts/index.ts';
import { compareDigits } from '../compare-digits.ts';
import type { ComposerVersion } from './parse.ts';
import { classes, classOf, type TokenClass } from './token-class.ts';

/**
 * The order of PHP's version_compare: token by token; words of one class are equal, and a version that is at its end stands between
 * `rc` and numbers. `#` is what PHP itself writes for "any number": it equals every number and the end.
 */
export function compareComposer(a: ComposerVersion, b: ComposerVersion): Order {
  const longest = Math.max(a.tokens.length, b.tokens.length);
  for (let at = 0; at < longest; at += 1) {
    const [x, y] = [a.tokens[at], b.tokens[at]];
    const order = compareTokens(x, y);
    if (order !== 0) return order;
  }
  return 0;
}

/** Undefined is the end. */
function compareTokens(a: string | undefined, b: string | undefined): Order {
  const classA = a === undefined ? classes.end : classOf(a);
  const classB = b === undefined ? classes.end : classOf(b);
  if (classA === classes.hash && isLikeHash(classB)) return 0;
  if (classB === classes.hash && isLikeHash(classA)) return 0;
  if (classA !== classB) return classA < classB ? -1 : 1;
  return a !== undefined && b !== undefined && classA === classes.number ? compareDigits(a, b) : 0;
}

function isLikeHash(tokenClass: TokenClass): boolean {
  return tokenClass === classes.hash || tokenClass === classes.number || tokenClass === classes.end;
}
