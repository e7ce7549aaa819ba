import type { RangeDecoder } from './range-decoder.ts';

const half = 1024;
const positionStates = 16;

/** Every probability at one half, in 2048ths. */
export function clearProbabilities(...tables: readonly Uint16Array[]): void {
  for (const table of tables) table.fill(half);
}

/** A number of that many bits, the high one first, each with a probability that hangs on those before it. */
export function bitTree(range: RangeDecoder, table: Uint16Array, offset: number, bits: number): number {
  let symbol = 1;
  for (let left = bits; left > 0; left -= 1) symbol = (symbol << 1) | range.bit(table, offset + symbol);
  return symbol - (1 << bits);
}

/** Lengths of matches, less two: 8 short ones and 8 middle ones by position, 256 long ones. */
export class LzmaLengths {
  readonly #choice = new Uint16Array(2);
  readonly #low = new Uint16Array(positionStates << 3);
  readonly #middle = new Uint16Array(positionStates << 3);
  readonly #high = new Uint16Array(256);

  reset(): void {
    clearProbabilities(this.#choice, this.#low, this.#middle, this.#high);
  }

  decode(range: RangeDecoder, positionState: number): number {
    if (range.bit(this.#choice, 0) === 0) return bitTree(range, this.#low, positionState << 3, 3);
    if (range.bit(this.#choice, 1) === 0) return 8 + bitTree(range, this.#middle, positionState << 3, 3);
    return 16 + bitTree(range, this.#high, 0, 8);
  }
}
