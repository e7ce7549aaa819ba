import { endOfDigits, isDigit } from '../ascii.ts';

/** How many pairs of digits, and then how many short numbers, have been read. */
interface Pieces {
  readonly pairs: number;
  readonly shorts: number;
}

const maxPairs = 6;
const maxShorts = 2;
/** Digits of a short number. */
const maxShort = 3;

/**
 * Where a date-like version ends that begins at `from`: four digits, one to six pairs of digits, up to two numbers of one to three digits,
 * each with `.`, `:` or `-` before it or nothing (`20230102`, `2023-01-02.1`). Undefined where there is none.
 *
 * What can be cut in several ways is followed in all of them at once, so no text is read twice.
 */
export function readComposerDate(text: string, from: number): number | undefined {
  const endOfYear = endOfDigits(text, from);
  if (endOfYear - from < 4) return undefined;
  let states = cut([{ pairs: 0, shorts: 0 }], endOfYear - from - 4);
  let end = endOfYear;
  while (isDateMark(text.charAt(end)) && isDigit(text.charCodeAt(end + 1))) {
    const next = endOfDigits(text, end + 1);
    states = cut(states, next - end - 1);
    end = next;
  }
  return states.some(({ pairs }) => pairs > 0) ? end : undefined;
}

function isDateMark(character: string): boolean {
  return character === '.' || character === ':' || character === '-';
}

/** What may have been read after a run of that many digits more: pairs first, then short numbers. */
function cut(states: readonly Pieces[], digits: number): readonly Pieces[] {
  const next = new Map<number, Pieces>();
  for (const { pairs, shorts } of states) {
    const morePairs = shorts > 0 ? 0 : maxPairs - pairs;
    for (let used = 0; used <= morePairs && used * 2 <= digits; used += 1) {
      const left = digits - used * 2;
      for (let more = Math.ceil(left / maxShort); more <= Math.min(left, maxShorts - shorts); more += 1) {
        if (more > 0 && pairs + used === 0) continue;
        next.set((pairs + used) * 8 + shorts + more, { pairs: pairs + used, shorts: shorts + more });
      }
    }
  }
  return [...next.values()];
}
