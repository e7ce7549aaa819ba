import { InputError, LimitError, throwIfAborted } from '../../core/index.ts';
import { TarReader } from './reader.ts';
import type { TarSink } from './visitor.ts';

/** A regular file of an archive, whole. */
export interface TarMember {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface TarMembersOptions {
  /** Bytes of a member; a longer one ends the reading. */
  readonly maxBytes: number;
  readonly wants: (path: string) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The wanted files of an archive that is read as it comes, one at a time: no more is held than what one chunk ended, and the one that it began.
 * @throws InputError `TAR_CORRUPT`, also where the end mark is missing; LimitError `LIMIT_READ` for a member that is too long; AbortedError; what the source throws
 */
export async function* tarMembers(
  source: AsyncIterable<Uint8Array>,
  { maxBytes, wants, signal }: TarMembersOptions,
): AsyncGenerator<TarMember, void, undefined> {
  const ended: TarMember[] = [];
  const reader = new TarReader({
    entry({ path, header }) {
      if (header.type !== 'file' || !wants(path)) return undefined;
      if (header.size > maxBytes) throw new LimitError('LIMIT_READ', { what: path, limit: maxBytes });
      return collect(header.size, (bytes) => ended.push({ path, bytes }));
    },
    diagnostic(code) {
      if (code === 'TAR_TRAILER_MISSING') throw new InputError('TAR_CORRUPT', { what: 'end without an end mark' });
    },
  });
  let length = 0;
  for await (const chunk of source) {
    length += chunk.length;
    throwIfAborted(signal);
    reader.write(chunk);
    yield* ended.splice(0);
  }
  if (length === 0) throw new InputError('TAR_CORRUPT', { what: 'end before its beginning' });
  reader.end();
  yield* ended;
}

function collect(size: number, onEnd: (bytes: Uint8Array) => void): TarSink {
  const bytes = new Uint8Array(size);
  let length = 0;
  return {
    write(chunk) {
      bytes.set(chunk, length);
      length += chunk.length;
    },
    hole(count) {
      length += count;
    },
    end: () => onEnd(bytes),
  };
}
