import { defaultLimits, InputError } from '../../core/index.ts';
import { describeEntry, type Pending } from './entry.ts';
import { blockSize, isChecksumRight, isZeroBlock, parseHeader, type RawHeader } from './header.ts';
import { parseNumber } from './numbers.ts';
import { parsePax, type PaxRecords } from './pax.ts';
import { InlineMapReader, isSparseMapValid, oldSparse, readOldSparse, SparseExpander, type SparseMap } from './sparse.ts';
import { decodeText } from './text.ts';
import type { TarEntry, TarVisitor } from './visitor.ts';

export interface TarReaderOptions {
  /** Bytes of a name; entries with longer ones are skipped with a diagnostic. */
  readonly pathBytes?: number;
}

/** Bytes of the records of one extended header; the entry of a longer one is skipped with a diagnostic. */
const maxExtensionBytes = 1024 * 1024;

/** What takes the content of the present entry. */
interface Consumer {
  write(chunk: Uint8Array): void;
  end(): void;
}

interface OldSparseFile {
  readonly raw: RawHeader;
  readonly realSize: number | undefined;
  readonly map: number[];
  isValid: boolean;
}

/**
 * Reads a tar archive that is pushed into it in chunks of any size: ustar, v7, star, pax, GNU, sparse files of all forms,
 * archives one after another. Nothing is copied but headers that lie across chunks; content that nobody wants is stepped over.
 *
 * Every method: @throws InputError `TAR_CORRUPT`, after which the reader is of no more use.
 */
export class TarReader {
  readonly #visitor: TarVisitor;
  readonly #pathBytes: number;
  readonly #block = new Uint8Array(blockSize);
  #held = 0;
  #state: 'block' | 'content' | 'padding' | 'ended' = 'block';
  #consumer: Consumer | undefined;
  #content = 0;
  #padding = 0;
  #pending: Pending = {};
  #hasPending = false;
  #global: PaxRecords | undefined;
  #oldSparse: OldSparseFile | undefined;
  #zeroBlocks = 0;
  #isEmpty = true;

  constructor(visitor: TarVisitor, options: TarReaderOptions = {}) {
    this.#visitor = visitor;
    this.#pathBytes = options.pathBytes ?? defaultLimits.pathBytes;
  }

  write(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#state === 'block') at = this.#takeBlock(chunk, at);
      else if (this.#state === 'content') at = this.#takeContent(chunk, at);
      else if (this.#state === 'padding') at = this.#takePadding(chunk, at);
      else return;
    }
  }

  /**
   * Steps over the content of the present entry where nobody takes it, with its padding: whoever can read anywhere goes on
   * that many bytes later.
   */
  skipContent(): number {
    const isInside = this.#state === 'padding' || (this.#state === 'content' && !this.#consumer);
    if (!isInside) return 0;
    const skipped = this.#content + this.#padding;
    this.#content = 0;
    this.#padding = 0;
    this.#state = 'block';
    return skipped;
  }

  /** The archive has ended: says so where it ended too early. */
  end(): void {
    if (this.#state === 'ended') return;
    if (this.#state === 'content' || this.#oldSparse || this.#hasPending) throw corrupt('end inside an entry');
    if (this.#held > 0 && this.#zeroBlocks < 2 && !isZeroBlock(this.#block, 0, this.#held)) throw corrupt('end inside a header');
    if (this.#zeroBlocks === 0 && !this.#isEmpty) this.#visitor.diagnostic('TAR_TRAILER_MISSING', {});
  }

  #takeBlock(chunk: Uint8Array, at: number): number {
    if (this.#held === 0 && chunk.length - at >= blockSize) {
      this.#readBlock(chunk, at);
      return at + blockSize;
    }
    const count = Math.min(blockSize - this.#held, chunk.length - at);
    this.#block.set(chunk.subarray(at, at + count), this.#held);
    this.#held += count;
    if (this.#held === blockSize) {
      this.#held = 0;
      this.#readBlock(this.#block, 0);
    }
    return at + count;
  }

  #takeContent(chunk: Uint8Array, at: number): number {
    const count = Math.min(this.#content, chunk.length - at);
    this.#consumer?.write(at === 0 && count === chunk.length ? chunk : chunk.subarray(at, at + count));
    this.#content -= count;
    if (this.#content === 0) this.#endContent();
    return at + count;
  }

  #takePadding(chunk: Uint8Array, at: number): number {
    const count = Math.min(this.#padding, chunk.length - at);
    this.#padding -= count;
    if (this.#padding === 0) this.#state = 'block';
    return at + count;
  }

  #readBlock(bytes: Uint8Array, at: number): void {
    if (this.#oldSparse) {
      this.#readSparseExtension(this.#oldSparse, bytes, at);
      return;
    }
    if (isZeroBlock(bytes, at)) {
      if (this.#hasPending) throw corrupt('an extended header without an entry');
      this.#zeroBlocks += 1;
      return;
    }
    if (!isChecksumRight(bytes, at)) {
      // After the end mark comes another archive, or whatever the medium held.
      if (this.#zeroBlocks < 2) throw corrupt('header checksum');
      this.#state = 'ended';
      return;
    }
    this.#zeroBlocks = 0;
    this.#isEmpty = false;
    this.#readHeader(parseHeader(bytes, at), bytes, at);
  }

  #readHeader(raw: RawHeader, bytes: Uint8Array, at: number): void {
    switch (raw.flag) {
      case 'x':
      case 'X':
        this.#readExtension(raw, maxExtensionBytes, (data) =>
          this.#setPending({ pax: { ...this.#pending.pax, ...parsePax(data, this.#pathBytes) } }),
        );
        return;
      case 'g':
        this.#readExtension(raw, maxExtensionBytes, (data) => (this.#global = { ...this.#global, ...parsePax(data, this.#pathBytes) }));
        return;
      case 'L':
        this.#readExtension(raw, this.#pathBytes + 1, (data) => this.#setPending({ longName: decodeText(untilNul(data)) }));
        return;
      case 'K':
        this.#readExtension(raw, this.#pathBytes + 1, (data) => this.#setPending({ longLink: decodeText(untilNul(data)) }));
        return;
      case 'S':
        this.#startOldSparse(raw, bytes, at);
        return;
      default:
        this.#readEntry(raw);
    }
  }

  #setPending(more: Pending): void {
    this.#pending = { ...this.#pending, ...more };
    this.#hasPending = true;
  }

  #readExtension(raw: RawHeader, max: number, apply: (data: Uint8Array) => void): void {
    const { size } = raw;
    if (size === undefined) throw corrupt('size of an extended header');
    if (size > max) {
      // A global header that is not read changes nothing that it could be skipped for.
      if (raw.flag === 'g') this.#visitor.diagnostic('ENTRY_NAME_TOO_LONG', { data: { bytes: size, limit: max } });
      else this.#setPending({ tooLong: size });
      this.#startContent(size, undefined);
      return;
    }
    const data = new Uint8Array(size);
    let length = 0;
    this.#startContent(size, {
      write: (chunk) => {
        data.set(chunk, length);
        length += chunk.length;
      },
      end: () => apply(data),
    });
  }

  #takePending(): Pending {
    const pending = this.#pending;
    if (this.#hasPending) {
      this.#pending = {};
      this.#hasPending = false;
    }
    return this.#global ? { ...pending, pax: { ...this.#global, ...pending.pax } } : pending;
  }

  #readEntry(raw: RawHeader): void {
    const { entry, stored, sparse } = describeEntry(raw, this.#takePending(), this.#pathBytes, this.#visitor);
    if (!entry) this.#startContent(stored, undefined);
    else if (sparse?.isInline) this.#startContent(stored, this.#inlineSparse(entry, stored, sparse.realSize));
    else if (sparse) this.#startContent(stored, this.#openSparse(entry, sparse.map, sparse.realSize, stored));
    else this.#startContent(stored, this.#visitor.entry(entry));
  }

  #startOldSparse(raw: RawHeader, bytes: Uint8Array, at: number): void {
    const map: number[] = [];
    const realSize = parseNumber(bytes, at + oldSparse.realSize[0], oldSparse.realSize[1]);
    const file: OldSparseFile = { raw, realSize, map, isValid: readOldSparse(bytes, at, 'header', map) };
    if (bytes[at + oldSparse.header.isExtended] === 0) this.#endOldSparse(file);
    else this.#oldSparse = file;
  }

  #readSparseExtension(file: OldSparseFile, bytes: Uint8Array, at: number): void {
    file.isValid = file.isValid && readOldSparse(bytes, at, 'extension', file.map);
    if (bytes[at + oldSparse.extension.isExtended] !== 0) return;
    this.#oldSparse = undefined;
    this.#endOldSparse(file);
  }

  #endOldSparse(file: OldSparseFile): void {
    const { entry, stored } = describeEntry(file.raw, this.#takePending(), this.#pathBytes, this.#visitor);
    if (entry?.header.type === 'file')
      this.#startContent(stored, this.#openSparse(entry, file.isValid ? file.map : undefined, file.realSize, stored));
    else this.#startContent(stored, entry && this.#visitor.entry(entry));
  }

  /** Where the map lies, the entry stands as something without content: it still hides what lower layers have there. */
  #openSparse(entry: TarEntry, map: SparseMap | undefined, realSize: number | undefined, stored: number): Consumer | undefined {
    const { path, header } = entry;
    if (!map || realSize === undefined || !isSparseMapValid(map, realSize, stored)) {
      this.#visitor.diagnostic('TAR_SPARSE_INVALID', { path });
      this.#visitor.entry({ path, header: { type: 'other', size: 0, mode: header.mode } });
      return undefined;
    }
    const sink = this.#visitor.entry({ path, header: { ...header, size: realSize } });
    return sink && new SparseExpander(map, realSize, sink);
  }

  #inlineSparse(entry: TarEntry, stored: number, realSize: number | undefined): Consumer {
    const reader = new InlineMapReader();
    let file: Consumer | undefined;
    const open = (map: SparseMap | undefined): void => void (file = this.#openSparse(entry, map, realSize, stored - reader.taken));
    return {
      write: (chunk) => {
        if (reader.state !== 'reading') {
          file?.write(chunk);
          return;
        }
        const taken = reader.write(chunk);
        if (reader.state === 'reading') return;
        open(reader.state === 'done' ? reader.map : undefined);
        if (taken < chunk.length) file?.write(chunk.subarray(taken));
      },
      end: () => {
        if (reader.state === 'reading') open(undefined);
        file?.end();
      },
    };
  }

  #startContent(size: number, consumer: Consumer | undefined): void {
    this.#consumer = consumer;
    this.#content = size;
    this.#padding = (blockSize - (size % blockSize)) % blockSize;
    this.#state = 'content';
    if (size === 0) this.#endContent();
  }

  #endContent(): void {
    const consumer = this.#consumer;
    this.#consumer = undefined;
    this.#state = this.#padding > 0 ? 'padding' : 'block';
    consumer?.end();
  }
}

function untilNul(data: Uint8Array): Uint8Array {
  const end = data.indexOf(0);
  return end < 0 ? data : data.subarray(0, end);
}

function corrupt(what: string): InputError {
  return new InputError('TAR_CORRUPT', { what });
}
