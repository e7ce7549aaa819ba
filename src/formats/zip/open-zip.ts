import { InputError, LimitError, throwIfAborted } from '../../core/index.ts';
import { checksumOf, inflateWhole } from '../compression/index.ts';
import { findDirectory } from './directory-end.ts';
import { readEntry, type ZipEntry } from './entry.ts';
import { ZipBlocks, type ZipSource } from './source.ts';
import { corruptZip, Fields, fixedLength, method, signature } from './wire.ts';

/** What an archive may ask for. */
export interface ZipLimits {
  readonly entries: number;
  /** Bytes of the central directory, which is read whole. */
  readonly directoryBytes: number;
  /** Bytes of an entry, compressed or not. */
  readonly entryBytes: number;
}

const MiB = 1024 * 1024;

export const defaultZipLimits: ZipLimits = { entries: 2_000_000, directoryBytes: 256 * MiB, entryBytes: 64 * MiB };

export interface ZipOptions {
  readonly limits?: Partial<ZipLimits> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An archive whose directory was read; entries are read one by one, in any order. */
export interface ZipArchive {
  /** In the order of the directory. Names may occur twice: for most programs the last counts. */
  readonly entries: readonly ZipEntry[];
  /**
   * The content of an entry, whole, checked against its length and CRC-32. Never more bytes are made than the entry says, nor than the limit.
   * @throws InputError `ZIP_CORRUPT`, `ZIP_UNSUPPORTED`, `COMPRESSION_CORRUPT`; LimitError `LIMIT_READ`
   */
  read(entry: ZipEntry): Promise<Uint8Array>;
}

/**
 * Opens a ZIP archive (PKWARE APPNOTE 6.3, ZIP64 too) by its central directory: what the local headers say besides is not believed.
 * Entries that are stored, deflated or compressed with zstd can be read. Something may stand before the archive.
 *
 * ```ts
 * const archive = await openZip(bytesSource(jar));
 * for (const entry of archive.entries) if (entry.name.endsWith('pom.properties')) await archive.read(entry);
 * ```
 *
 * Entries that share bytes with each other or with the directory are not read: that is how a small archive becomes a huge one.
 * @throws InputError `ZIP_CORRUPT`; LimitError `LIMIT_READ`; AbortedError
 */
export async function openZip(source: ZipSource, { limits: given, signal }: ZipOptions = {}): Promise<ZipArchive> {
  const limits = { ...defaultZipLimits, ...given };
  const place = await findDirectory(source);
  if (place.entries > limits.entries) throw new LimitError('LIMIT_READ', { what: 'zip entries', limit: limits.entries });
  if (place.length > limits.directoryBytes) throw new LimitError('LIMIT_READ', { what: 'zip directory', limit: limits.directoryBytes });
  // Each entry of the directory takes at least its fixed part: an absurd count is seen before anything is made for it.
  if (place.entries * fixedLength.directoryEntry > place.length) throw corruptZip('entry count');
  throwIfAborted(signal);
  const directory = await source.read(place.offset, place.length);
  if (directory.length !== place.length) throw corruptZip('truncated');
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < place.entries; index += 1) {
    const { entry, length } = readEntry(directory, at, place.prefix);
    entries.push(entry);
    at += length;
  }
  return new OpenedZip(entries, new ZipBlocks(source), new Places(entries, place.offset), limits);
}

class OpenedZip implements ZipArchive {
  readonly entries: readonly ZipEntry[];
  readonly #source: ZipSource;
  readonly #places: Places;
  readonly #limits: ZipLimits;

  constructor(entries: readonly ZipEntry[], source: ZipSource, places: Places, limits: ZipLimits) {
    this.entries = entries;
    this.#source = source;
    this.#places = places;
    this.#limits = limits;
  }

  async read(entry: ZipEntry): Promise<Uint8Array> {
    const limit = this.#limits.entryBytes;
    if (entry.size > limit || entry.compressedSize > limit) throw new LimitError('LIMIT_READ', { what: 'zip entry', limit });
    if (entry.isEncrypted) throw new InputError('ZIP_UNSUPPORTED', { reason: 'encrypted' });
    const content = decode(entry, await this.#compressed(entry));
    if (checksumOf(content) !== entry.crc32) throw corruptZip('crc');
    return content;
  }

  async #compressed({ offset, compressedSize }: ZipEntry): Promise<Uint8Array> {
    const end = this.#places.endOf(offset);
    const header = new Fields(await this.#source.read(offset, fixedLength.localHeader));
    if (header.u32(0) !== signature.localHeader) throw corruptZip('local header');
    const start = offset + fixedLength.localHeader + header.u16(26) + header.u16(28);
    if (start + compressedSize > end) throw corruptZip('overlap');
    const bytes = await this.#source.read(start, compressedSize);
    if (bytes.length !== compressedSize) throw corruptZip('truncated');
    return bytes;
  }
}

function decode({ method: used, size }: ZipEntry, compressed: Uint8Array): Uint8Array {
  switch (used) {
    case method.stored:
      if (compressed.length !== size) throw corruptZip('length');
      return compressed;
    case method.deflate:
      return inflateWhole(compressed, 'deflate', size);
    case method.zstd:
    case method.oldZstd:
      return inflateWhole(compressed, 'zstd', size);
    default:
      throw new InputError('ZIP_UNSUPPORTED', { reason: 'method', method: used });
  }
}

/** Where each entry has to end: where the next begins, or the directory. */
class Places {
  readonly #starts: Float64Array;
  readonly #directory: number;

  constructor(entries: readonly ZipEntry[], directory: number) {
    this.#starts = Float64Array.from(entries, ({ offset }) => offset).sort();
    this.#directory = directory;
  }

  /** @throws InputError `ZIP_CORRUPT` where another entry begins at the same place */
  endOf(offset: number): number {
    const at = this.#firstAfter(offset);
    if (at >= 2 && this.#starts[at - 2] === offset) throw corruptZip('overlap');
    return Math.min(this.#starts[at] ?? this.#directory, this.#directory);
  }

  #firstAfter(offset: number): number {
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
