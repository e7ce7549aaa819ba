import type { LayerFile } from '../../../contracts/index.ts';
import { diagnostic, InputError, LimitError } from '../../../core/index.ts';
import { readingOf, type FileReading } from '../../../families/index.ts';
import { openZip } from '../../../formats/zip/index.ts';
import { parseCoreMetadata } from './core-metadata.ts';

const metadata = 'EGG-INFO/PKG-INFO';
const limits = { entries: 100_000, directoryBytes: 16 * 1024 * 1024, entryBytes: 4 * 1024 * 1024 };

/** An egg as one file: a ZIP archive. Of an unpacked one the name is a directory's. */
export function isZippedEgg(path: string): boolean {
  return path.endsWith('.egg') && path.length > '.egg'.length && path.at(-'.egg'.length - 1) !== '/';
}

/** Reads the metadata in a zipped egg. @throws AbortedError */
export async function readZippedEgg(file: LayerFile, signal: AbortSignal | undefined): Promise<FileReading> {
  const { path } = file;
  try {
    const source = { size: file.header.size, read: (offset: number, length: number) => file.read(offset, length) };
    const archive = await openZip(source, { limits, signal });
    const entry = archive.entries.findLast(({ name }) => name === metadata);
    return readingOf(path, entry ? parseCoreMetadata(await archive.read(entry)) : { kind: 'unidentified', name: '' });
  } catch (error) {
    if (error instanceof LimitError) {
      const data = { limit: String(error.data['what']), value: Number(error.data['limit']) };
      return { diagnostics: [diagnostic('ARCHIVE_LIMIT', { path, data })] };
    }
    if (error instanceof InputError) return { diagnostics: [diagnostic('FILE_UNPARSABLE', { path, data: { error: error.code } })] };
    throw error;
  }
}
