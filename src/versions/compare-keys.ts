import type { Order } from '../contracts/index.ts';

/**
 * The order of two keys of one scheme: byte by byte, the shorter first when it is a prefix of the other,
 * as a SQLite BLOB and a PostgreSQL `bytea` index have it. Keys of different schemes have no order.
 */
export function compareKeys(a: Uint8Array, b: Uint8Array): Order {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) {
    const x = a[at] ?? 0;
    const y = b[at] ?? 0;
    if (x !== y) return x < y ? -1 : 1;
  }
  if (a.length === b.length) return 0;
  return a.length < b.length ? -1 : 1;
}
