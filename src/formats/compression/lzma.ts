import { LzmaLengths, bitTree, clearProbabilities } from './lzma-lengths.ts';
import type { LzmaWindow } from './lzma-window.ts';
import { RangeDecoder } from './range-decoder.ts';
import { corruptXz } from './xz-wire.ts';

const states = 12;
const positionStates = 16;
const firstMatchState = 7;
const slotBits = 6;
const alignBits = 4;
const firstModelSlot = 4;
const endModelSlot = 14;
const minMatch = 2;

/** After each kind of symbol, the state that follows a state. */
const afterMatch = (state: number): number => (state < firstMatchState ? 7 : 10);
const afterRepeat = (state: number): number => (state < firstMatchState ? 8 : 11);
const afterShortRepeat = (state: number): number => (state < firstMatchState ? 9 : 11);
const afterLiteral = (state: number): number => (state < 4 ? 0 : state < 10 ? state - 3 : state - 6);

/** Decodes LZMA into a window, one chunk of LZMA2 at a time. The format: "LZMA specification" of the LZMA SDK. */
export class LzmaDecoder {
  readonly #window: LzmaWindow;
  readonly #range = new RangeDecoder();
  readonly #isMatch = new Uint16Array(states * positionStates);
  readonly #isRepeat = new Uint16Array(states);
  readonly #isRepeat0 = new Uint16Array(states);
  readonly #isRepeat1 = new Uint16Array(states);
  readonly #isRepeat2 = new Uint16Array(states);
  readonly #isLongRepeat = new Uint16Array(states * positionStates);
  readonly #slots = new Uint16Array(4 << slotBits);
  readonly #distances = new Uint16Array(128);
  readonly #align = new Uint16Array(1 << alignBits);
  readonly #matchLengths = new LzmaLengths();
  readonly #repeatLengths = new LzmaLengths();
  #literals = new Uint16Array(0x300);
  #literalContextBits = 0;
  #literalPositionMask = 0;
  #positionMask = 0;
  #state = 0;
  /** The last four distances, less one, newest first. */
  readonly #repeats = new Int32Array(4);

  constructor(window: LzmaWindow) {
    this.#window = window;
  }

  /** @throws InputError `COMPRESSION_CORRUPT` */
  setProperties(byte: number): void {
    const contextBits = byte % 9;
    const positionBits = Math.floor(byte / 9) % 5;
    if (byte >= 9 * 5 * 5 || contextBits + positionBits > 4) throw corruptXz('properties');
    this.#literalContextBits = contextBits;
    this.#literalPositionMask = (1 << positionBits) - 1;
    this.#positionMask = (1 << Math.floor(byte / 45)) - 1;
    this.#literals = new Uint16Array(0x300 << (contextBits + positionBits));
  }

  resetState(): void {
    this.#state = 0;
    this.#repeats.fill(0);
    clearProbabilities(
      this.#isMatch,
      this.#isRepeat,
      this.#isRepeat0,
      this.#isRepeat1,
      this.#isRepeat2,
      this.#isLongRepeat,
      this.#slots,
      this.#distances,
      this.#align,
      this.#literals,
    );
    this.#matchLengths.reset();
    this.#repeatLengths.reset();
  }

  /** Decodes a chunk that unfolds to `length` bytes. @throws InputError `COMPRESSION_CORRUPT` */
  decode(input: Uint8Array, length: number): void {
    const window = this.#window;
    const range = this.#range;
    window.reserve(length);
    range.start(input);
    const end = window.position + length;
    while (window.position < end) {
      const positionState = (window.position - window.start) & this.#positionMask;
      if (range.bit(this.#isMatch, this.#state * positionStates + positionState) === 0) this.#literal();
      else this.#match(positionState, end);
    }
    if (!range.isFinished) throw corruptXz('chunk end');
  }

  #literal(): void {
    const { bytes, position, start } = this.#window;
    const previous = position > start ? (bytes[position - 1] ?? 0) : 0;
    const context =
      (((position - start) & this.#literalPositionMask) << this.#literalContextBits) + (previous >> (8 - this.#literalContextBits));
    const range = this.#range;
    const offset = 0x300 * context;
    let symbol = 1;
    if (this.#state >= firstMatchState) {
      // After a match the byte that it would have gone on with helps to guess, until the two differ.
      let guess = bytes[position - (this.#repeats[0] ?? 0) - 1] ?? 0;
      while (symbol < 0x100) {
        const guessed = (guess >> 7) & 1;
        guess <<= 1;
        const bit = range.bit(this.#literals, offset + ((1 + guessed) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (guessed !== bit) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | range.bit(this.#literals, offset + symbol);
    bytes[position] = symbol;
    this.#window.position = position + 1;
    this.#state = afterLiteral(this.#state);
  }

  #match(positionState: number, end: number): void {
    const repeats = this.#repeats;
    const state = this.#state;
    if (this.#range.bit(this.#isRepeat, state) === 0) {
      repeats.copyWithin(1, 0, 3);
      const length = this.#matchLengths.decode(this.#range, positionState);
      repeats[0] = this.#distance(length);
      this.#state = afterMatch(state);
      this.#copy(length + minMatch, end);
      return;
    }
    if (this.#isShortRepeat(state, positionState)) {
      this.#state = afterShortRepeat(state);
      this.#copy(1, end);
      return;
    }
    this.#state = afterRepeat(state);
    this.#copy(this.#repeatLengths.decode(this.#range, positionState) + minMatch, end);
  }

  /** Brings the distance that is meant to the front; true where just one byte is copied. */
  #isShortRepeat(state: number, positionState: number): boolean {
    const range = this.#range;
    if (range.bit(this.#isRepeat0, state) === 0) return range.bit(this.#isLongRepeat, state * positionStates + positionState) === 0;
    const at = range.bit(this.#isRepeat1, state) === 0 ? 1 : 2 + range.bit(this.#isRepeat2, state);
    const distance = this.#repeats[at] ?? 0;
    this.#repeats.copyWithin(1, 0, at);
    this.#repeats[0] = distance;
    return false;
  }

  #distance(length: number): number {
    const range = this.#range;
    const slot = bitTree(range, this.#slots, Math.min(length, 3) << slotBits, slotBits);
    if (slot < firstModelSlot) return slot;
    const extraBits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) << extraBits;
    if (slot < endModelSlot) return base + range.reverseTree(this.#distances, base - slot, extraBits);
    return base + (range.direct(extraBits - alignBits) << alignBits) + range.reverseTree(this.#align, 0, alignBits);
  }

  #copy(length: number, end: number): void {
    const window = this.#window;
    // Unsigned: a distance has 32 bits.
    const distance = ((this.#repeats[0] ?? 0) >>> 0) + 1;
    if (distance > window.reach || window.position + length > end) throw corruptXz('distance');
    const { bytes } = window;
    let { position } = window;
    for (const stop = position + length; position < stop; position += 1) bytes[position] = bytes[position - distance] ?? 0;
    window.position = position;
  }
}
