import { compareText } from '../../core/index.ts';

/** A copy, sorted by the texts that `key` gives, the first that differs deciding. */
export function sortedBy<T>(items: Iterable<T>, key: (item: T) => readonly string[]): T[] {
  const list = [...items];
  // Thousands of lists have one item.
  if (list.length < 2) return list;
  const keyed = list.map((item) => ({ item, key: key(item) }));
  keyed.sort((a, b) => compareKeys(a.key, b.key));
  return keyed.map(({ item }) => item);
}

/** The entries of a map, sorted by key. */
export function sortedEntries<K extends string, V>(map: ReadonlyMap<K, V>): [K, V][] {
  return [...map].sort(([a], [b]) => compareText(a, b));
}

function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (const [index, text] of a.entries()) {
    const order = compareText(text, b[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}
