import type { ArenaFile, TempArena } from '../../runtime/index.ts';
import type { TarSink } from '../../formats/tar/index.ts';

/** The content of a file that was kept. */
export interface KeptContent {
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Bytes of a file that is kept in memory. Larger ones are mostly programs, archives and databases, of which little is looked at. */
const mostInMemory = 1024 * 1024;

/** Keeps files: small ones in memory up to a budget, the others in one file of the arena. */
export class ContentKeeper {
  readonly #arena: TempArena;
  #budget: number;
  #file: ArenaFile | undefined;

  /** @param memory bytes */
  constructor(arena: TempArena, memory: number) {
    this.#arena = arena;
    this.#budget = memory;
  }

  /** A place for a file of that size. One is written at a time. */
  create(size: number): ContentWriter {
    if (size <= Math.min(this.#budget, mostInMemory)) {
      this.#budget -= size;
      return new MemoryWriter(size, () => (this.#budget += size));
    }
    this.#file ??= this.#arena.create();
    return new ArenaWriter(size, this.#file);
  }
}

export interface ContentWriter extends TarSink {
  readonly content: KeptContent;
  /** The content is not needed any more. */
  release(): void;
}

class MemoryWriter implements ContentWriter {
  readonly #bytes: Uint8Array;
  readonly #onRelease: () => void;
  #at = 0;
  readonly content: KeptContent;

  constructor(size: number, onRelease: () => void) {
    const bytes = new Uint8Array(size);
    this.#bytes = bytes;
    this.#onRelease = onRelease;
    this.content = { size, read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)) };
  }

  write(chunk: Uint8Array): void {
    this.#bytes.set(chunk, this.#at);
    this.#at += chunk.length;
  }

  hole(length: number): void {
    this.#at += length;
  }

  end(): void {}

  release(): void {
    this.#onRelease();
  }
}

/** A part of a file that is stored: `at` in the file, `stored` in the arena. */
interface Extent {
  readonly at: number;
  readonly stored: number;
  length: number;
}

class ArenaWriter implements ContentWriter {
  readonly #file: ArenaFile;
  readonly #extents: Extent[] = [];
  #at = 0;
  readonly content: KeptContent;

  constructor(size: number, file: ArenaFile) {
    this.#file = file;
    this.content = {
      size,
      read: (offset, length) => Promise.resolve(readExtents(this.#extents, file, offset, Math.min(length, size - offset))),
    };
  }

  write(chunk: Uint8Array): void {
    const last = this.#extents.at(-1);
    if (last && last.at + last.length === this.#at && last.stored + last.length === this.#file.size) last.length += chunk.length;
    else this.#extents.push({ at: this.#at, stored: this.#file.size, length: chunk.length });
    this.#file.append(chunk);
    this.#at += chunk.length;
  }

  hole(length: number): void {
    this.#at += length;
  }

  end(): void {}

  release(): void {}
}

/** What no extent covers is a hole, and reads as zeros. */
function readExtents(extents: readonly Extent[], file: ArenaFile, offset: number, length: number): Uint8Array {
  if (length <= 0) return new Uint8Array();
  const [only] = extents;
  if (only && only.at <= offset && offset + length <= only.at + only.length) return file.read(only.stored + offset - only.at, length);
  const bytes = new Uint8Array(length);
  for (const extent of extents) {
    const from = Math.max(extent.at, offset);
    const to = Math.min(extent.at + extent.length, offset + length);
    if (from < to) bytes.set(file.read(extent.stored + from - extent.at, to - from), from - offset);
  }
  return bytes;
}
