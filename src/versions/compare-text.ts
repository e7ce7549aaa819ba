import type { Order } from '../contracts/index.ts';

/** ASCII texts by their bytes, a prefix first. */
export function compareText(a: string, b: string): Order {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
