import type { Order } from '../../contracts/index.ts';
import { compareText } from '../../core/index.ts';
import { isDigits } from '../ascii.ts';
import { compareDigits } from '../compare-digits.ts';
import { compareDottedNumbers } from '../dotted-numbers.ts';
import { toOrder } from '../to-order.ts';
import type { SemverVersion } from './parse.ts';

/** Precedence of semver.org 2.0.0, §11, over any number of numbers. */
export function compareSemver(a: SemverVersion, b: SemverVersion): Order {
  return compareDottedNumbers(a.numbers, b.numbers) || comparePrerelease(a.prerelease, b.prerelease);
}

/** A release is above its pre-releases; of those, the one that begins another is below it. */
function comparePrerelease(a: readonly string[], b: readonly string[]): Order {
  if (a.length === 0 || b.length === 0) return toOrder(b.length - a.length);
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) {
    const order = compareIdentifiers(a[at] ?? '', b[at] ?? '');
    if (order !== 0) return order;
  }
  return toOrder(a.length - b.length);
}

/** Numbers below words. */
function compareIdentifiers(a: string, b: string): Order {
  const isNumberA = isDigits(a);
  if (isNumberA !== isDigits(b)) return isNumberA ? -1 : 1;
  return isNumberA ? compareDigits(a, b) : compareText(a, b);
}
