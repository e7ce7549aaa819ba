import type { Order } from '../../contracts/index.ts';
import { compareText } from '../../core/index.ts';
import { isDigit } from '../ascii.ts';
import { compareDigits } from '../compare-digits.ts';
import type { GemVersion } from './parse.ts';

/** The order of Gem::Version: segment by segment, the shorter goes on with zeros; words are below numbers, and case counts. */
export function compareGem(a: GemVersion, b: GemVersion): Order {
  const longest = Math.max(a.segments.length, b.segments.length);
  for (let at = 0; at < longest; at += 1) {
    const order = compareSegments(a.segments[at] ?? '0', b.segments[at] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

function compareSegments(a: string, b: string): Order {
  const isNumberA = isNumber(a);
  if (isNumberA !== isNumber(b)) return isNumberA ? 1 : -1;
  return isNumberA ? compareDigits(a, b) : compareText(a, b);
}

/** Whether a segment is a run of digits; none is empty. */
export function isNumber(segment: string): boolean {
  return isDigit(segment.charCodeAt(0));
}
