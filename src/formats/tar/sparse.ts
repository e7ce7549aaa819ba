import { parseNumber } from './numbers.ts';
import { blockSize } from './header.ts';
import type { TarSink } from './visitor.ts';

/** Numbers of a sparse map that are kept: beyond them the map counts as invalid. */
export const maxSparseNumbers = 131_072;

/** Where the stored bytes of a sparse file belong: offsets and lengths in turn. */
export type SparseMap = readonly number[];

/** Whether the parts are in order, inside the file, and as long together as what is stored. */
export function isSparseMapValid(map: SparseMap, realSize: number, stored: number): boolean {
  if (map.length % 2 !== 0 || map.length > maxSparseNumbers) return false;
  let end = 0;
  let sum = 0;
  for (let at = 0; at < map.length; at += 2) {
    const offset = map[at] ?? 0;
    const length = map[at + 1] ?? 0;
    if (offset < end || offset + length > realSize) return false;
    end = offset + length;
    sum += length;
  }
  return sum === stored;
}

/** Fields of the old GNU form (GNU tar manual, "Old GNU Format"): four parts in the header, 21 in each block that follows. */
export const oldSparse = {
  header: { offset: 386, parts: 4, isExtended: 482 },
  extension: { offset: 0, parts: 21, isExtended: 504 },
  realSize: [483, 12],
} as const;

/** Adds the parts of one block to the map; false where one cannot be read. */
export function readOldSparse(bytes: Uint8Array, start: number, place: 'header' | 'extension', map: number[]): boolean {
  const { offset, parts } = oldSparse[place];
  for (let part = 0; part < parts; part += 1) {
    const at = start + offset + part * 24;
    // An unused part is all NUL.
    if (bytes[at] === 0 && bytes[at + 12] === 0) continue;
    const from = parseNumber(bytes, at, 12);
    const length = parseNumber(bytes, at + 12, 12);
    if (from === undefined || length === undefined || map.length > maxSparseNumbers) return false;
    map.push(from, length);
  }
  return true;
}

/** Gives stored bytes to a sink as the file that they are of. */
export class SparseExpander {
  readonly #map: SparseMap;
  readonly #realSize: number;
  readonly #sink: TarSink;
  #part = 0;
  #inPart = 0;
  #position = 0;

  constructor(map: SparseMap, realSize: number, sink: TarSink) {
    this.#map = map;
    this.#realSize = realSize;
    this.#sink = sink;
  }

  write(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      const offset = this.#map[this.#part] ?? this.#realSize;
      const length = this.#map[this.#part + 1] ?? 0;
      const count = Math.min(length - this.#inPart, chunk.length - at);
      if (count > 0) {
        this.#holeUpTo(offset + this.#inPart);
        this.#sink.write(chunk.subarray(at, at + count));
        this.#position += count;
        this.#inPart += count;
        at += count;
      }
      if (this.#inPart < length) continue;
      this.#part += 2;
      this.#inPart = 0;
      // A valid map is as long as what is stored; this only keeps a fault of ours from looping.
      if (this.#part > this.#map.length) return;
    }
  }

  end(): void {
    this.#holeUpTo(this.#realSize);
    this.#sink.end();
  }

  #holeUpTo(offset: number): void {
    if (offset > this.#position) this.#sink.hole(offset - this.#position);
    this.#position = Math.max(this.#position, offset);
  }
}

const newline = 0x0a;
const maxMapBytes = 1024 * 1024;

/** Reads the map of version 1.0: a count and its numbers, a line each, filled up to a block. */
export class InlineMapReader {
  readonly map: number[] = [];
  /** Bytes taken so far, the filling included once done. */
  taken = 0;
  state: 'reading' | 'done' | 'invalid' = 'reading';
  #count: number | undefined;
  #digits = '';

  /** Takes bytes up to the end of the map and its filling; says how many. */
  write(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length && !this.#isComplete()) {
      this.#take(chunk[at] ?? 0);
      at += 1;
      if (this.state === 'invalid') return at;
    }
    if (this.#isComplete()) {
      const filling = Math.min(chunk.length - at, (blockSize - ((this.taken + at) % blockSize)) % blockSize);
      at += filling;
      if ((this.taken + at) % blockSize === 0) this.state = 'done';
    }
    this.taken += at;
    if (this.taken > maxMapBytes) this.state = 'invalid';
    return at;
  }

  #isComplete(): boolean {
    return this.#count !== undefined && this.map.length === this.#count * 2;
  }

  #take(byte: number): void {
    if (byte >= 0x30 && byte <= 0x39 && this.#digits.length < 16) {
      this.#digits += String.fromCharCode(byte);
      return;
    }
    const number = Number(this.#digits);
    if (byte !== newline || this.#digits === '' || !Number.isSafeInteger(number)) this.state = 'invalid';
    else if (this.#count !== undefined) this.map.push(number);
    else if (number * 2 > maxSparseNumbers) this.state = 'invalid';
    else this.#count = number;
    this.#digits = '';
  }
}
