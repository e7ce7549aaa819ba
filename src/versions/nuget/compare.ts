import type { Order } from '../../contracts/index.ts';
import { compareText } from '../../core/index.ts';
import { compareDigits } from '../compare-digits.ts';
import { compareDottedNumbers } from '../dotted-numbers.ts';
import { toOrder } from '../to-order.ts';
import type { NugetLabel, NugetVersion } from './parse.ts';

/** The order of NuGet's VersionComparer.VersionRelease: numbers, then the labels of the pre-release, case aside. */
export function compareNuget(a: NugetVersion, b: NugetVersion): Order {
  return compareDottedNumbers(a.numbers, b.numbers) || compareLabels(a.labels, b.labels);
}

/** A release is above its pre-releases. */
function compareLabels(a: readonly NugetLabel[], b: readonly NugetLabel[]): Order {
  if (a.length === 0 || b.length === 0) return toOrder(b.length - a.length);
  for (const [at, label] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    const order = compareLabel(label, other);
    if (order !== 0) return order;
  }
  return toOrder(a.length - b.length);
}

const ranks = { negative: 0, number: 1, word: 2 } as const satisfies Record<NugetLabel['kind'], number>;

function compareLabel(a: NugetLabel, b: NugetLabel): Order {
  if (a.kind !== b.kind) return toOrder(ranks[a.kind] - ranks[b.kind]);
  switch (a.kind) {
    case 'negative':
      return compareDigits(b.text, a.text);
    case 'number':
      return compareDigits(a.text, b.text);
    case 'word':
      return compareText(a.text, b.text);
  }
}
