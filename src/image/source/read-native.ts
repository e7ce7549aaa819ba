import { closeSync, constants, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { throwIfAborted, type OpenContentOptions } from '../../core/index.ts';
import type { NativePath } from './directory-walk.ts';

/** Not through a link that took the file's place, and not waiting for the writer of a fifo. */
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const chunkSize = 262_144;
/** Up to here a synchronous read is over before a thread has been asked. */
const smallFile = 65_536;

/** The content of a file of the tree. Fails as node does when it cannot be read. */
export async function* readNative(path: NativePath, size: number, options: OpenContentOptions = {}): AsyncGenerator<Uint8Array> {
  throwIfAborted(options.signal);
  if (size <= smallFile) {
    yield readHead(path, size);
    return;
  }
  const file = await open(path, openFlags);
  try {
    for (;;) {
      throwIfAborted(options.signal);
      const { bytesRead, buffer } = await file.read(new Uint8Array(chunkSize), 0, chunkSize);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** The first bytes; fewer where the file is shorter. */
export function readHead(path: NativePath, length: number): Uint8Array {
  const descriptor = openSync(path, openFlags);
  try {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const count = readSync(descriptor, bytes, filled, length - filled, null);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(descriptor);
  }
}
