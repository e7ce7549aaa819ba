import { lstat, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { InputError, type OpenContentOptions } from '../../core/index.ts';
import { readAll } from '../../runtime/index.ts';
import type { ArchiveIndex } from './archive-index.ts';
import { openFile, readRange, unreadable, type RandomAccess } from './random-access.ts';

/** A regular file of an image on disk. */
export interface ImageFile {
  /** Bytes. */
  readonly size: number;
  /** @throws InputError when it ends early or is gone, AbortedError */
  stream(options?: OpenContentOptions): AsyncGenerator<Uint8Array>;
}

/** The files of an image on disk, in an archive or a directory. */
export interface ImageFiles {
  /** The file at that path inside, or undefined. @throws InputError for what is there and is no regular file */
  find(path: string): Promise<ImageFile | undefined>;
}

export interface ReadImageFileOptions extends OpenContentOptions {
  /** Bytes. */
  readonly max: number;
}

/** @throws InputError `IMAGE_MALFORMED` when there is none */
export async function requireFile(files: ImageFiles, path: string): Promise<ImageFile> {
  const file = await files.find(path);
  if (!file) throw new InputError('IMAGE_MALFORMED', { file: path.slice(0, 300), reason: 'missing' });
  return file;
}

/** The whole of a file that must be there. @throws InputError, LimitError `LIMIT_READ`, AbortedError */
export async function readImageFile(files: ImageFiles, path: string, options: ReadImageFileOptions): Promise<Uint8Array> {
  const file = await requireFile(files, path);
  return readAll(file.stream(options), { max: options.max, what: path.slice(0, 300), signal: options.signal });
}

export function archiveFiles(archive: RandomAccess, index: ArchiveIndex): ImageFiles {
  return {
    find(path) {
      const range = index.find(path);
      return Promise.resolve(range && { size: range.length, stream: (options) => readRange(archive, range, options) });
    },
  };
}

/** Files below a directory; symbolic links count where they stay inside it. */
export function directoryFiles(root: string): ImageFiles {
  return {
    async find(path) {
      const place = join(root, path);
      const entry = await lstat(place).catch((cause: unknown) => {
        const error = unreadable(place, cause);
        if (error.code === 'IMAGE_NOT_FOUND') return undefined;
        throw error;
      });
      if (!entry) return undefined;
      const real = await realPathInside(root, place);
      const stats = await stat(real);
      if (!stats.isFile()) throw new InputError('IMAGE_MALFORMED', { file: path, reason: 'not a regular file' });
      return { size: stats.size, stream: (options) => streamFile(real, stats.size, options) };
    },
  };
}

async function realPathInside(root: string, place: string): Promise<string> {
  const [realRoot, real] = await Promise.all([realpath(root), realpath(place)]).catch((cause: unknown) => {
    throw unreadable(place, cause);
  });
  if (!real.startsWith(realRoot.endsWith(sep) ? realRoot : `${realRoot}${sep}`)) {
    throw new InputError('IMAGE_MALFORMED', { file: place, reason: 'link out of the image' });
  }
  return real;
}

async function* streamFile(path: string, size: number, options: OpenContentOptions | undefined): AsyncGenerator<Uint8Array> {
  await using file = await openFile(path);
  yield* readRange(file, { offset: 0, length: size }, options);
}
