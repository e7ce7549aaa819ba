import { defaultLimits, InputError, type Limits } from '../../core/index.ts';
import { decompress, detectCompression, magicLength } from '../../formats/compression/index.ts';
import { freeConsumed, TempArena } from '../../runtime/index.ts';
import { indexArchive, type ArchiveIndex } from './archive-index.ts';
import { archiveFiles, type ImageFiles } from './image-files.ts';
import { fromArenaFile, openFile, readRange, type RandomAccess } from './random-access.ts';

/** A tar on disk whose members can be read in any order. */
export interface OpenedArchive extends AsyncDisposable {
  readonly index: ArchiveIndex;
  readonly files: ImageFiles;
  /** Bytes that were inflated because the archive is compressed as a whole. */
  readonly inflated: number;
}

export interface OpenArchiveOptions {
  readonly limits?: Limits | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens an archive by its headers. One that is compressed as a whole is first inflated into an unnamed temporary file:
 * its list of images may stand at its end, and its layers are wanted at the same time.
 *
 * @throws InputError `IMAGE_NOT_FOUND`, `IMAGE_UNREADABLE`, `IMAGE_MALFORMED`, `COMPRESSION_CORRUPT`; LimitError; AbortedError
 */
export async function openArchive(path: string, options: OpenArchiveOptions = {}): Promise<OpenedArchive> {
  const { limits = defaultLimits, signal } = options;
  const file = await openFile(path);
  let tar = file;
  try {
    if (isCompressed(await file.read(0, magicLength))) {
      tar = await inflate(file, limits, signal);
      await file[Symbol.asyncDispose]();
    }
    const index = await indexTar(tar, limits, signal);
    return {
      index,
      files: archiveFiles(tar, index),
      inflated: tar === file ? 0 : tar.size,
      [Symbol.asyncDispose]: () => tar[Symbol.asyncDispose](),
    };
  } catch (error) {
    await tar[Symbol.asyncDispose]();
    throw error;
  }
}

function isCompressed(head: Uint8Array): boolean {
  return detectCompression(head) !== 'none';
}

async function inflate(file: RandomAccess, limits: Limits, signal: AbortSignal | undefined): Promise<RandomAccess> {
  const arena = new TempArena();
  const room = arena.create();
  try {
    const { stream } = decompress(readRange(file, { offset: 0, length: file.size }, { signal }), { limits, signal });
    for await (const chunk of stream) {
      room.append(chunk);
      freeConsumed(chunk);
    }
    return fromArenaFile(room);
  } catch (error) {
    arena[Symbol.dispose]();
    throw error;
  }
}

/** @throws InputError `IMAGE_MALFORMED` for what is no tar */
async function indexTar(tar: RandomAccess, limits: Limits, signal: AbortSignal | undefined): Promise<ArchiveIndex> {
  try {
    return await indexArchive(tar, { limits, signal });
  } catch (cause) {
    if (cause instanceof InputError && cause.code === 'TAR_CORRUPT')
      throw new InputError('IMAGE_MALFORMED', { reason: 'not a tar', ...cause.data }, { cause });
    throw cause;
  }
}
