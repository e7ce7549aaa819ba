import { closeSync, mkdtempSync, openSync, readSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file of the arena: written once from front to back, then read anywhere. */
export interface ArenaFile extends Disposable {
  readonly size: number;
  append(chunk: Uint8Array): void;
  /** Up to `length` bytes from `offset`; fewer at the end. */
  read(offset: number, length: number): Uint8Array;
}

/**
 * Room on disk for what is too large to keep. Its files have no name as soon as they are open,
 * so that nothing stays behind, whatever ends the process.
 */
export class TempArena implements Disposable {
  readonly #directory: string | undefined;
  readonly #open = new Set<ArenaFile>();

  /** @param directory where to put files; the system's if absent */
  constructor(directory?: string) {
    this.#directory = directory;
  }

  create(): ArenaFile {
    const descriptor = openUnlinked(this.#directory ?? tmpdir());
    const forget = (file: ArenaFile): void => void this.#open.delete(file);
    let size = 0;
    let closed = false;
    const file: ArenaFile = {
      get size() {
        return size;
      },
      append(chunk) {
        let written = 0;
        while (written < chunk.length) written += writeSync(descriptor, chunk, written, chunk.length - written, size + written);
        size += chunk.length;
      },
      read(offset, length) {
        const wanted = Math.max(0, Math.min(length, size - offset));
        const buffer = new Uint8Array(wanted);
        let got = 0;
        while (got < wanted) {
          const count = readSync(descriptor, buffer, got, wanted - got, offset + got);
          if (count === 0) break;
          got += count;
        }
        return buffer.subarray(0, got);
      },
      [Symbol.dispose]() {
        if (closed) return;
        closed = true;
        closeSync(descriptor);
        forget(file);
      },
    };
    this.#open.add(file);
    return file;
  }

  [Symbol.dispose](): void {
    for (const file of this.#open) file[Symbol.dispose]();
  }
}

function openUnlinked(parent: string): number {
  const directory = mkdtempSync(join(parent, 'claircore-'));
  const path = join(directory, 'spill');
  try {
    const descriptor = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return descriptor;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
