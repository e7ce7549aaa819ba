import { displayWidth } from './display-width.ts';
import { pad, wrap } from './wrap.ts';

export interface GridColumn {
  readonly title: string;
  /** Columns of the terminal that it keeps when room is short. */
  readonly least: number;
  /** How the cells of this column are coloured, one row after another. */
  readonly paint?: (line: string, row: number) => string;
}

const gap = '  ';

/** Titles and rows as lines that fit the width; cells that do not are wrapped. Cells must be printable. */
export function* grid(columns: readonly GridColumn[], rows: readonly (readonly string[])[], width: number): Generator<string> {
  const widths = fitWidths(columns, naturalWidths(columns, rows), width);
  const last = widths.length - 1;
  const join = (cells: readonly string[], paint: (cell: string, column: number) => string): string =>
    cells
      .map((cell, column) =>
        column === last ? paint(cell, column) : paint(cell, column) + pad('', (widths[column] ?? 0) - displayWidth(cell)),
      )
      .join(gap)
      .trimEnd();
  yield join(
    columns.map(({ title }) => title),
    (cell) => cell,
  );
  for (const [row, cells] of rows.entries()) {
    const wrapped = cells.map((cell, column) => wrap(cell, widths[column] ?? 1));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    for (let line = 0; line < height; line += 1) {
      yield join(
        wrapped.map((lines) => lines[line] ?? ''),
        (cell, column) => columns[column]?.paint?.(cell, row) ?? cell,
      );
    }
  }
}

function naturalWidths(columns: readonly GridColumn[], rows: readonly (readonly string[])[]): number[] {
  const widths = columns.map(({ title }) => displayWidth(title));
  for (const cells of rows) {
    for (const [column, cell] of cells.entries()) widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
  }
  return widths;
}

/** Takes columns away from the widest, one at a time, until all fit, none below its least. */
function fitWidths(columns: readonly GridColumn[], natural: readonly number[], width: number): number[] {
  const widths = natural.map((one) => Math.min(one, width));
  let excess = widths.reduce((sum, one) => sum + one, 0) + gap.length * (widths.length - 1) - width;
  for (; excess > 0; excess -= 1) {
    const shrinkable = widths.map((one, column) => (one > (columns[column]?.least ?? 1) ? one : 0));
    const widest = Math.max(...shrinkable);
    if (widest === 0) break;
    widths[shrinkable.indexOf(widest)] = widest - 1;
  }
  return widths;
}
