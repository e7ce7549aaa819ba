import { corruptXz } from './xz-wire.ts';

/**
 * The range decoder of LZMA. Range and code are 32-bit integers that JavaScript holds as signed ones;
 * flipping the sign bit of both sides makes a comparison of them unsigned.
 */
export class RangeDecoder {
  #input: Uint8Array = new Uint8Array();
  #at = 0;
  #range = -1;
  #code = 0;

  /** @throws InputError `COMPRESSION_CORRUPT` */
  start(input: Uint8Array): void {
    if (input.length < 5 || input[0] !== 0) throw corruptXz('range');
    this.#input = input;
    this.#at = 5;
    this.#range = -1;
    this.#code = ((input[1] ?? 0) << 24) | ((input[2] ?? 0) << 16) | ((input[3] ?? 0) << 8) | (input[4] ?? 0);
  }

  /** Whether all input was used, and no more, as at the end of a chunk. */
  get isFinished(): boolean {
    return this.#at === this.#input.length && this.#code === 0;
  }

  /** The next bit, and the table learns from it. */
  bit(table: Uint16Array, index: number): 0 | 1 {
    const probability = table[index] ?? 0;
    const bound = Math.imul(this.#range >>> 11, probability);
    const isZero = (this.#code ^ 0x80000000) < (bound ^ 0x80000000);
    if (isZero) {
      this.#range = bound;
      table[index] = probability + ((2048 - probability) >>> 5);
    } else {
      this.#range = (this.#range - bound) | 0;
      this.#code = (this.#code - bound) | 0;
      table[index] = probability - (probability >>> 5);
    }
    if ((this.#range & 0xff000000) === 0) this.#normalize();
    return isZero ? 0 : 1;
  }

  /** A number of that many bits, the low one first. */
  reverseTree(table: Uint16Array, offset: number, bits: number): number {
    let symbol = 1;
    let value = 0;
    for (let at = 0; at < bits; at += 1) {
      const bit = this.bit(table, offset + symbol);
      symbol = (symbol << 1) | bit;
      value |= bit << at;
    }
    return value;
  }

  /** Bits that are as likely 0 as 1. */
  direct(bits: number): number {
    let value = 0;
    for (let left = bits; left > 0; left -= 1) {
      this.#range >>>= 1;
      const isZero = (this.#code ^ 0x80000000) < (this.#range ^ 0x80000000);
      if (!isZero) this.#code = (this.#code - this.#range) | 0;
      value = (value << 1) | (isZero ? 0 : 1);
      if ((this.#range & 0xff000000) === 0) this.#normalize();
    }
    return value;
  }

  #normalize(): void {
    this.#range <<= 8;
    this.#code = (this.#code << 8) | (this.#input[this.#at] ?? 0);
    this.#at += 1;
  }
}
