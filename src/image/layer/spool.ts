import type { ArenaFile, TempArena } from '../../runtime/index.ts';

/** Bytes written from front to back: in memory up to a budget, then in a file of the arena. */
export class Spool {
  readonly #arena: TempArena;
  readonly #memory: number;
  #chunks: Uint8Array[] = [];
  #inMemory = 0;
  #file: ArenaFile | undefined;

  /** @param memory bytes that may stay in memory */
  constructor(arena: TempArena, memory: number) {
    this.#arena = arena;
    this.#memory = memory;
  }

  get size(): number {
    return this.#file?.size ?? this.#inMemory;
  }

  /** Takes the chunk: its bytes must not change any more. */
  append(chunk: Uint8Array): void {
    if (!this.#file && this.#inMemory + chunk.length > this.#memory) this.#spill();
    if (this.#file) {
      this.#file.append(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#inMemory += chunk.length;
  }

  /** Everything as one piece; the spool is empty after that. */
  takeBytes(): Uint8Array {
    const size = this.size;
    if (this.#file) {
      const bytes = this.#file.read(0, size);
      this.#file[Symbol.dispose]();
      this.#file = undefined;
      return bytes;
    }
    const whole = new Uint8Array(size);
    let offset = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, offset);
      offset += chunk.length;
    }
    this.#chunks = [];
    this.#inMemory = 0;
    return whole;
  }

  /** What was written, to be read in any order once all is written. */
  takeSource(): ByteSource {
    const file = this.#file;
    if (file) return { size: file.size, read: (offset, length) => file.read(offset, length) };
    return bytesSource(this.takeBytes());
  }

  #spill(): void {
    this.#file = this.#arena.create();
    for (const chunk of this.#chunks) this.#file.append(chunk);
    this.#chunks = [];
    this.#inMemory = 0;
  }
}

export interface ByteSource {
  readonly size: number;
  /** The bytes there; fewer at the end. */
  read(offset: number, length: number): Uint8Array;
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}
