import { pad, printable, truncate } from '../../reports/index.ts';
import type { LineSource } from './screen.ts';

/** Something that takes time. */
export interface ProgressItem {
  readonly label: string;
  /** Bytes. */
  readonly done: number;
  /** Bytes, where known. */
  readonly total?: number | undefined;
  readonly note?: string | undefined;
}

const barWidth = 20;
const mostLabel = 40;

/** A title and a bar for each thing that is under way; what does not fit the screen is counted. */
export class ProgressBoard {
  title = '';
  readonly #items = new Map<string, ProgressItem>();

  set(key: string, item: ProgressItem): void {
    this.#items.set(key, item);
  }

  delete(key: string): void {
    this.#items.delete(key);
  }

  readonly lines: LineSource = ({ columns, rows }) => {
    const room = Math.max(1, Math.min(rows - 2, 12));
    const items = [...this.#items.values()];
    const shown = items.slice(0, room);
    const labelWidth = Math.min(mostLabel, Math.max(0, ...shown.map(({ label }) => label.length)));
    const lines = [this.title, ...shown.map((item) => `  ${itemLine(item, labelWidth)}`)];
    if (items.length > shown.length) lines.push(`  and ${items.length - shown.length} more`);
    return lines.map((line) => truncate(line, columns));
  };
}

function itemLine({ label, done, total, note }: ProgressItem, labelWidth: number): string {
  const name = pad(truncate(printable(label), Math.max(1, labelWidth)), labelWidth);
  const amount = total === undefined ? formatBytes(done) : `${formatBytes(done)} of ${formatBytes(total)}`;
  return [name, bar(done, total), amount, note ?? ''].filter((part) => part !== '').join('  ');
}

/** A bar that is as full as the work is; a row of dots where nobody knows how long it takes. */
function bar(done: number, total: number | undefined): string {
  if (total === undefined || total <= 0) return '·'.repeat(barWidth);
  const full = Math.round(barWidth * Math.min(1, done / total));
  return '█'.repeat(full) + '░'.repeat(barWidth - full);
}

/** `512 B`, `1.5 MB`: decimal units. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ''}`;
}
