import { LimitError } from '../../../core/index.ts';
import type { TempArena } from '../../../runtime/index.ts';
import { Spool, type ByteSource } from '../spool.ts';

/** Where the uncompressed tar of an opened layer is kept. */
export interface TarCopy {
  /** Copies the chunk: its memory is another's. */
  append(chunk: Uint8Array): void;
  /** What was written, once all is. */
  source(): ByteSource;
}

/** In a file of the arena. */
export function diskCopy(arena: TempArena): TarCopy {
  const file = arena.create();
  return { append: (chunk) => file.append(chunk), source: () => file };
}

/** In memory; beyond `max` bytes a LimitError `LIMIT_READ`. */
export function memoryCopy(arena: TempArena, max: number): TarCopy {
  const spool = new Spool(arena, max);
  let length = 0;
  return {
    append(chunk) {
      length += chunk.length;
      if (length > max) throw new LimitError('LIMIT_READ', { what: 'layer in memory', limit: max });
      spool.append(chunk.slice());
    },
    source: () => spool.takeSource(),
  };
}

/** In a file, and as long as it is not larger than `max` bytes in memory too, from where it is read then. */
export function doubleCopy(arena: TempArena, max: number): TarCopy {
  const disk = diskCopy(arena);
  let memory: TarCopy | undefined = memoryCopy(arena, max);
  let length = 0;
  return {
    append(chunk) {
      length += chunk.length;
      if (length > max) memory = undefined;
      disk.append(chunk);
      memory?.append(chunk);
    },
    source: () => memory?.source() ?? disk.source(),
  };
}

/** The bytes from front to back. */
export async function* readSource(source: ByteSource): AsyncGenerator<Uint8Array> {
  const piece = 262_144;
  for (let at = 0; at < source.size; at += piece) yield source.read(at, piece);
}
