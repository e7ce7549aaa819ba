import { grid } from '../reports/index.ts';

const defaultColumns = 120;
const least = 10;

/** A table of printable cells as lines, no wider than the terminal. */
export function* textTable(titles: readonly string[], rows: readonly (readonly string[])[], columns = defaultColumns): Generator<string> {
  const all = titles.map((title) => ({ title, least: Math.max(least, title.length) }));
  for (const line of grid(all, rows, columns)) yield `${line}\n`;
}
