import type { Order } from '../contracts/index.ts';

/** The sign of a difference: negative is before, positive behind. */
export function toOrder(difference: number): Order {
  if (difference === 0) return 0;
  return difference < 0 ? -1 : 1;
}
