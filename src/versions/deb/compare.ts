import type { Order } from '../../contracts/index.ts';
import { endOfDigits, isDigit, isLetter } from '../ascii.ts';
import { compareDigits } from '../compare-digits.ts';
import type { DebVersion } from './parse.ts';

/** The order of deb-version(7), "Sorting algorithm": epoch, then upstream version, then revision. */
export function compareDeb(a: DebVersion, b: DebVersion): Order {
  if (a.epoch !== b.epoch) return a.epoch < b.epoch ? -1 : 1;
  const upstream = comparePart(a.upstream, b.upstream);
  return upstream === 0 ? comparePart(a.revision, b.revision) : upstream;
}

/** Runs without digits and numbers in turn; a part that is used up goes on as empty runs and zeros. */
function comparePart(a: string, b: string): Order {
  let atA = 0;
  let atB = 0;
  while (atA < a.length || atB < b.length) {
    for (;;) {
      const rankA = rank(a.charCodeAt(atA));
      const rankB = rank(b.charCodeAt(atB));
      if (rankA !== rankB) return rankA < rankB ? -1 : 1;
      if (rankA === endOfRun) break;
      atA += 1;
      atB += 1;
    }
    const endA = endOfDigits(a, atA);
    const endB = endOfDigits(b, atB);
    const numbers = compareDigits(a.slice(atA, endA), b.slice(atB, endB));
    if (numbers !== 0) return numbers;
    atA = endA;
    atB = endB;
  }
  return 0;
}

const tilde = 0x7e;
const endOfRun = 0;

/** deb-version(7): `~` sorts before the end of a run, letters before all that is none. NaN is the end of the part. */
function rank(code: number): number {
  if (Number.isNaN(code) || isDigit(code)) return endOfRun;
  if (code === tilde) return -1;
  return isLetter(code) ? code : code + 0x100;
}
