import type { Order } from '../../contracts/index.ts';
import { compareText } from '../../core/index.ts';
import { isDigits } from '../ascii.ts';
import { compareDigits } from '../compare-digits.ts';
import { compareDottedNumbers } from '../dotted-numbers.ts';
import { toOrder } from '../to-order.ts';
import { preKinds, type Pep440Version } from './version.ts';

/** The order of PEP 440: dev < pre < final < post of one release, and dev below what it is a development of; the local part last. */
export function comparePep440(a: Pep440Version, b: Pep440Version): Order {
  return (
    compareDigits(a.epoch, b.epoch) ||
    compareDottedNumbers(a.release, b.release) ||
    comparePre(a, b) ||
    comparePost(a.post, b.post) ||
    compareDev(a.dev, b.dev) ||
    compareLocal(a.local, b.local)
  );
}

function comparePre(a: Pep440Version, b: Pep440Version): Order {
  const phase = toOrder(phaseOf(a) - phaseOf(b));
  return phase === 0 && a.pre && b.pre ? compareDigits(a.pre.number, b.pre.number) : phase;
}

/** A bare development release is below the pre-releases, a final or post release above them. */
function phaseOf({ pre, post, dev }: Pep440Version): number {
  if (pre) return preKinds.indexOf(pre.kind);
  return post === undefined && dev !== undefined ? -1 : preKinds.length;
}

/** What is no post release is below all that are. */
function comparePost(a: string | undefined, b: string | undefined): Order {
  if (a !== undefined && b !== undefined) return compareDigits(a, b);
  return toOrder(Number(a !== undefined) - Number(b !== undefined));
}

/** What is no development release is above all that are. */
function compareDev(a: string | undefined, b: string | undefined): Order {
  if (a !== undefined && b !== undefined) return compareDigits(a, b);
  return toOrder(Number(b !== undefined) - Number(a !== undefined));
}

/** None is below any, and the one that begins another below it; words are below numbers. */
function compareLocal(a: readonly string[], b: readonly string[]): Order {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) {
    const [x, y] = [a[at] ?? '', b[at] ?? ''];
    const isNumberX = isDigits(x);
    if (isNumberX !== isDigits(y)) return isNumberX ? 1 : -1;
    const order = isNumberX ? compareDigits(x, y) : compareText(x, y);
    if (order !== 0) return order;
  }
  return toOrder(a.length - b.length);
}
