import type { Order } from '../../contracts/index.ts';
import { endOfDigits } from '../ascii.ts';
import { compareDigits } from '../compare-digits.ts';
import type { RpmVersion } from './parse.ts';
import { digits, endOfLetters, endOfPart, letters, segmentAt, skipSeparators, type SegmentKind } from './segments.ts';

/** The order of rpm-version(7): epoch, then version, then release; no release is below any. */
export function compareRpm(a: RpmVersion, b: RpmVersion): Order {
  const front = comparePart(a.epoch, b.epoch) || comparePart(a.version, b.version);
  if (front !== 0) return front;
  if (a.release === undefined || b.release === undefined) return presence(a.release, b.release);
  return comparePart(a.release, b.release);
}

function presence(a: string | undefined, b: string | undefined): Order {
  if (a === b) return 0;
  return a === undefined ? -1 : 1;
}

/** Runs of digits and of letters, `~` and `^`; all else only separates. */
function comparePart(a: string, b: string): Order {
  let atA = 0;
  let atB = 0;
  for (;;) {
    atA = skipSeparators(a, atA);
    atB = skipSeparators(b, atB);
    const kind = segmentAt(a, atA);
    const other = segmentAt(b, atB);
    if (kind !== other) return kind < other ? -1 : 1;
    if (kind === endOfPart) return 0;
    const endA = endOf(kind, a, atA);
    const endB = endOf(kind, b, atB);
    const order =
      kind === digits ? compareDigits(a.slice(atA, endA), b.slice(atB, endB)) : compareText(a.slice(atA, endA), b.slice(atB, endB));
    if (order !== 0) return order;
    atA = endA;
    atB = endB;
  }
}

function endOf(kind: Exclude<SegmentKind, typeof endOfPart>, text: string, at: number): number {
  switch (kind) {
    case digits:
      return endOfDigits(text, at);
    case letters:
      return endOfLetters(text, at);
    default:
      return at + 1;
  }
}

/** ASCII letters, or one and the same mark. */
function compareText(a: string, b: string): Order {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
