import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { InputError, throwIfAborted, type OpenContentOptions } from '../../core/index.ts';
import { markConsumable, type ArenaFile } from '../../runtime/index.ts';

/** Bytes that can be read anywhere. */
export interface RandomAccess extends AsyncDisposable {
  /** Bytes, as they were when it was opened. */
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A stretch of it. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** For each read a thread is woken: with 128 KiB, that takes as long as the reading. */
const chunkSize = 524_288;

/** Opens a regular file. @throws InputError `IMAGE_NOT_FOUND`, `IMAGE_UNREADABLE` */
export async function openFile(path: string): Promise<RandomAccess> {
  // A fifo would wait for a writer for ever.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new InputError('IMAGE_UNREADABLE', { path, reason: 'not a file' });
    return fromHandle(handle, stats.size, path);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

export function fromArenaFile(file: ArenaFile): RandomAccess {
  return {
    size: file.size,
    read: (offset, length) => Promise.resolve(file.read(offset, length)),
    [Symbol.asyncDispose]() {
      file[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

/** A stretch as a stream. @throws InputError `IMAGE_MALFORMED` when it ends early, AbortedError */
export async function* readRange(source: RandomAccess, range: ByteRange, options: OpenContentOptions = {}): AsyncGenerator<Uint8Array> {
  const end = range.offset + range.length;
  for (let at = range.offset; at < end;) {
    throwIfAborted(options.signal);
    const chunk = await source.read(at, Math.min(chunkSize, end - at));
    // The file was cut since it was opened.
    if (chunk.length === 0) throw new InputError('IMAGE_MALFORMED', { reason: 'ends early', offset: at });
    at += chunk.length;
    yield markConsumable(chunk);
  }
}

/** What the file system says about a path that cannot be read. */
export function unreadable(path: string, cause: unknown): InputError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
  return new InputError(isMissing ? 'IMAGE_NOT_FOUND' : 'IMAGE_UNREADABLE', { path, ...(code !== '' && { reason: code }) }, { cause });
}

function fromHandle(handle: FileHandle, size: number, path: string): RandomAccess {
  return {
    size,
    async read(offset, length) {
      // Not pooled: chunks live for as long as whoever got them wants.
      const buffer = new Uint8Array(Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - offset))).buffer);
      let filled = 0;
      while (filled < buffer.length) {
        const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, offset + filled).catch((cause: unknown) => {
          throw unreadable(path, cause);
        });
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}
