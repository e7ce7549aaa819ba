import type { Order } from '../contracts/index.ts';
import { endOfDigits } from './ascii.ts';
import { compareDigits } from './compare-digits.ts';
import type { KeyWriter } from './key-writer.ts';

/** `1.20.3` as it stands in a text: the digits of each number, and where the last one ends. */
export interface DottedNumbers {
  readonly numbers: readonly string[];
  readonly end: number;
}

const dot = 0x2e;

/** Reads digits, then dots with digits behind them, from `from` on; no numbers where there is no digit. A last dot without a digit is left. */
export function readDottedNumbers(text: string, from: number): DottedNumbers {
  const numbers: string[] = [];
  let at = from;
  let end = endOfDigits(text, at);
  let last = from;
  while (end > at) {
    numbers.push(text.slice(at, end));
    last = end;
    if (text.charCodeAt(end) !== dot) break;
    at = end + 1;
    end = endOfDigits(text, at);
  }
  return { numbers, end: last };
}

/** Number by number, whatever their size; a number that is not there is zero. */
export function compareDottedNumbers(a: readonly string[], b: readonly string[]): Order {
  const longest = Math.max(a.length, b.length);
  for (let at = 0; at < longest; at += 1) {
    const order = compareDigits(a[at] ?? '', b[at] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * Writes the numbers without the zeros at the end, so that 1, 1.0 and 1.0.0 are one. What closes them must be a tag below
 * every number: then what goes on with a number, which is not zero at last, is greater.
 */
export function writeDottedNumbers(writer: KeyWriter, numbers: readonly string[]): void {
  let count = numbers.length;
  while (count > 0 && isZero(numbers[count - 1] ?? '')) count -= 1;
  for (let at = 0; at < count; at += 1) writer.number(numbers[at] ?? '');
}

/** Whether the digits are the number zero. */
export function isZero(digits: string): boolean {
  for (let at = 0; at < digits.length; at += 1) if (digits.charCodeAt(at) !== 0x30) return false;
  return true;
}
