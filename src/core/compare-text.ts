/** −1, 0 or 1 by UTF-16 code units, a prefix first: the same in every locale and on every machine. */
export function compareText(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
