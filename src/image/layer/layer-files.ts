import type { LayerFile } from '../../contracts/index.ts';
import { LimitError, UsageError } from '../../core/index.ts';
import type { CollectedFile } from './file-collector.ts';

export interface LayerFilesOptions {
  /** Keys of all scanners: each gets a list, if an empty one. */
  readonly scanners: readonly string[];
  /** Bytes of a file that is read whole. */
  readonly fileBytes: number;
  readonly isClosed: () => boolean;
}

/** The files by scanner, each list sorted by the path that was asked for. */
export function toLayerFiles(files: Iterable<CollectedFile>, options: LayerFilesOptions): ReadonlyMap<string, readonly LayerFile[]> {
  const byScanner = new Map<string, LayerFile[]>(options.scanners.map((key) => [key, []]));
  for (const file of files) {
    for (const { scanner, asked } of file.recipients) byScanner.get(scanner)?.push(toLayerFile(file, asked, options));
  }
  for (const list of byScanner.values()) list.sort((a, b) => (a.path < b.path ? -1 : 1));
  return byScanner;
}

function toLayerFile(file: CollectedFile, asked: string, options: LayerFilesOptions): LayerFile {
  const { path, header, content } = file;
  const read = (offset: number, length: number): Promise<Uint8Array> => {
    if (options.isClosed()) return Promise.reject(new UsageError('USAGE_CLOSED', { path: asked }));
    return content.read(offset, length);
  };
  return {
    path: asked,
    realPath: path,
    header,
    bytes: () => {
      if (content.size > options.fileBytes) return Promise.reject(new LimitError('LIMIT_READ', { what: asked, limit: options.fileBytes }));
      return read(0, content.size);
    },
    read,
  };
}
