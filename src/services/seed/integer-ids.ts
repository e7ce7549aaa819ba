import { compareText } from '../../core/index.ts';
import { identityOf } from '../../runtime/index.ts';

/** 13 hex digits: 52 bits, so that every JSON reader holds the number exactly (RFC 8259 §6). */
const digits = 13;
const most = 2 ** 52;

/**
 * The number that stands for an id. v0.0.7 has the serial numbers of one database; ours are computed from the id, which is a hash
 * of the thing itself: the same in every process, database and report, and known without asking. An id that is a number already
 * (a report that came in over the wire) stays what it is. Never 0, which means "none".
 */
export function integerOf(id: string): number {
  const own = ownNumber(id);
  if (own !== undefined) return own;
  const hex = /^[0-9a-f]{32}$/.test(id) ? id : identityOf('integer', [id]);
  return Math.max(1, Number.parseInt(hex.slice(0, digits), 16));
}

/**
 * The numbers of the things of one report, each its own. Where two hashes begin alike (of 10,000 things once in 10⁸ reports),
 * the one that sorts second takes the next free number.
 */
export function assignIntegers<K extends string>(ids: Iterable<K>): ReadonlyMap<K, number> {
  const sorted = [...ids].sort((a, b) => Number(ownNumber(a) === undefined) - Number(ownNumber(b) === undefined) || compareText(a, b));
  const taken = new Set<number>();
  const integers = new Map<K, number>();
  for (const id of sorted) {
    let integer = integerOf(id);
    while (taken.has(integer)) integer = integer + 1 < most ? integer + 1 : 1;
    taken.add(integer);
    integers.set(id, integer);
  }
  return integers;
}

function ownNumber(id: string): number | undefined {
  if (!/^(?:0|[1-9]\d{0,15})$/.test(id)) return undefined;
  const value = Number(id);
  return Number.isSafeInteger(value) ? value : undefined;
}
