import type { Order } from '../../contracts/index.ts';
import { compareText } from '../../core/index.ts';
import { compareDigits } from '../compare-digits.ts';
import { toOrder } from '../to-order.ts';
import { rankOfWord, type MavenToken, type MavenVersion } from './version.ts';

/**
 * The written order of Maven's POM reference: token by token, the shorter version goes on with tokens that say nothing. That padding
 * depends on the other version, so that a few odd versions stand in a circle (`1` < `1.sp` < `1-alpha` < `1`): those have no key.
 */
export function compareMaven(a: MavenVersion, b: MavenVersion): Order {
  const longest = Math.max(a.tokens.length, b.tokens.length);
  for (let at = 0; at < longest; at += 1) {
    const [x, y] = [a.tokens[at], b.tokens[at]];
    const order = compareTokens(x ?? padding(y), y ?? padding(x));
    if (order !== 0) return order;
  }
  return 0;
}

/** Against a number behind a dot, 0; against all others, the word of a release with the same separator. */
function padding(other: MavenToken | undefined): MavenToken {
  const separator = other?.separator ?? '.';
  return other?.kind === 'number' && separator === '.' ? { separator, kind: 'number', text: '0' } : { separator, kind: 'word', text: '' };
}

function compareTokens(a: MavenToken, b: MavenToken): Order {
  const kinds = toOrder(rankOfKind(a) - rankOfKind(b));
  if (kinds !== 0) return kinds;
  if (a.kind === 'number') return compareDigits(a.text, b.text);
  return toOrder(rankOfWord(a.text) - rankOfWord(b.text)) || compareText(a.text, b.text);
}

/** `.word` < `-word` < `-number` < `.number`. */
function rankOfKind({ separator, kind }: MavenToken): number {
  if (kind === 'word') return separator === '.' ? 0 : 1;
  return separator === '-' ? 2 : 3;
}
