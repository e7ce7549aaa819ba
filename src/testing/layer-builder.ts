import { concat } from '../runtime/index.ts';
import {
  paxHeader,
  paxRecord,
  sealTarBlock,
  tarBlockSize,
  tarEnd,
  tarHeader,
  tarPadding,
  ustarBlock,
  type TarEntryFields,
  type UstarFields,
} from '../formats/tar/writer.ts';

export type Content = string | Uint8Array;

export interface EntryOptions {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
}

/** A stretch of a sparse file that is stored. */
export interface SparseSegment {
  readonly offset: number;
  readonly data: Content;
}

export interface BuildOptions {
  /** The end mark: two blocks of zeros, one, or none. */
  readonly trailer?: 'full' | 'one-block' | 'none';
  /** Whether the last content is padded to a block. */
  readonly padLast?: boolean;
}

const encoder = new TextEncoder();

/**
 * Makes the tar of a layer for a test, entry by entry; the same calls give the same bytes.
 *
 * ```ts
 * const layer = new LayerBuilder().file('etc/os-release', 'ID=alpine\n').whiteout('lib/old').build();
 * ```
 */
export class LayerBuilder {
  readonly #parts: Uint8Array[] = [];
  #unpadded = 0;

  file(path: string, content: Content = '', options: EntryOptions = {}): this {
    const bytes = toBytes(content);
    return this.#header({ path, type: 'file', size: bytes.length, ...options }).#content(bytes);
  }

  directory(path: string, options: EntryOptions = {}): this {
    return this.#header({ path, type: 'directory', ...options });
  }

  symlink(path: string, linkTarget: string, options: EntryOptions = {}): this {
    return this.#header({ path, type: 'symlink', linkTarget, ...options });
  }

  hardlink(path: string, linkTarget: string, options: EntryOptions = {}): this {
    return this.#header({ path, type: 'hardlink', linkTarget, ...options });
  }

  characterDevice(path: string, deviceMajor = 1, deviceMinor = 3): this {
    return this.#header({ path, type: 'character-device', deviceMajor, deviceMinor });
  }

  blockDevice(path: string, deviceMajor = 8, deviceMinor = 0): this {
    return this.#header({ path, type: 'block-device', deviceMajor, deviceMinor });
  }

  fifo(path: string): this {
    return this.#header({ path, type: 'fifo' });
  }

  /** Removes the path of lower layers: `dir/name` becomes the entry `dir/.wh.name`. */
  whiteout(path: string): this {
    const slash = path.lastIndexOf('/') + 1;
    return this.file(`${path.slice(0, slash)}.wh.${path.slice(slash)}`);
  }

  /** Hides all that lower layers have in the directory. */
  opaque(directory: string): this {
    return this.file(directory === '' ? '.wh..wh..opq' : `${directory}/.wh..wh..opq`);
  }

  /** Records for the next entry (`x`) or for all that follow (`g`). */
  pax(kind: 'x' | 'g', records: Readonly<Record<string, string>>): this {
    return this.raw(paxHeader(kind, Object.entries(records)));
  }

  /** A pax header whose records are these bytes, well-formed or not. */
  paxBytes(kind: 'x' | 'g', body: Uint8Array): this {
    return this.block({ name: encoder.encode('PaxHeader'), typeFlag: kind, size: body.length, mode: 0o644 }, body);
  }

  /** A GNU record for the next entry: `L` its long name, `K` its long link target. */
  gnuLong(kind: 'L' | 'K', name: Content): this {
    const body = concatBytes(toBytes(name), Uint8Array.of(0));
    return this.block({ name: encoder.encode('././@LongLink'), typeFlag: kind, size: body.length, mode: 0o644 }, body);
  }

  /** A file whose name is these bytes (at most 100), UTF-8 or not. */
  fileNamed(name: Uint8Array, content: Content = ''): this {
    const bytes = toBytes(content);
    return this.block({ name, typeFlag: '0', size: bytes.length, mode: 0o644 }, bytes);
  }

  /** A file whose size stands in base 256, as GNU tar and star write what octal cannot hold. */
  base256File(path: string, content: Content, declared?: bigint): this {
    const bytes = toBytes(content);
    const block = ustarBlock({ name: encoder.encode(path), typeFlag: '0', size: 0, mode: 0o644 });
    let rest = BigInt.asUintN(95, declared ?? BigInt(bytes.length));
    for (let at = 135; at >= 124; at -= 1) {
      block[at] = Number(rest & 0xffn);
      rest >>= 8n;
    }
    block[124] = (block[124] ?? 0) | 0x80;
    return this.raw(sealTarBlock(block)).#content(bytes);
  }

  /** A file in the old GNU sparse form: type `S`, the map in the header and in blocks behind it. */
  gnuSparse(path: string, segments: readonly SparseSegment[], realSize: number): this {
    const data = concatBytes(...segments.map((segment) => toBytes(segment.data)));
    const block = ustarBlock({ name: encoder.encode(path), typeFlag: 'S', size: data.length, mode: 0o644 });
    block.fill(0, 345);
    block.set(encoder.encode('ustar  \0'), 257);
    segments.slice(0, 4).forEach((segment, at) => writeSegment(block, 386 + at * 24, segment));
    block[482] = segments.length > 4 ? 1 : 0;
    block.set(encoder.encode(`${realSize.toString(8).padStart(11, '0')}\0`), 483);
    this.raw(sealTarBlock(block));
    for (let from = 4; from < segments.length; from += 21) {
      const more = new Uint8Array(tarBlockSize);
      segments.slice(from, from + 21).forEach((segment, at) => writeSegment(more, at * 24, segment));
      more[504] = segments.length > from + 21 ? 1 : 0;
      this.raw(more);
    }
    return this.#content(data);
  }

  /** A file in GNU's pax sparse form 1.0: the map stands at the head of the content. */
  paxSparse(path: string, segments: readonly SparseSegment[], realSize: number): this {
    const numbers = [segments.length, ...segments.flatMap((segment) => [segment.offset, toBytes(segment.data).length])];
    const map = encoder.encode(numbers.map((number) => `${number}\n`).join(''));
    const body = concatBytes(map, tarPadding(map.length), ...segments.map((segment) => toBytes(segment.data)));
    this.pax('x', { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': path, 'GNU.sparse.realsize': String(realSize) });
    const slash = path.lastIndexOf('/') + 1;
    return this.file(`${path.slice(0, slash)}GNUSparseFile.0/${path.slice(slash)}`, body);
  }

  /** A file whose header has a wrong checksum. */
  badChecksum(path: string, content: Content = ''): this {
    const bytes = toBytes(content);
    const block = tarHeader({ path, type: 'file', size: bytes.length });
    block[148] = block[148] === 0x30 ? 0x31 : 0x30;
    return this.raw(block).#content(bytes);
  }

  /** A header whose fields are given one by one, with any content behind it: `size` may say something else. */
  block(fields: UstarFields, content: Content = ''): this {
    return this.raw(ustarBlock(fields)).#content(toBytes(content));
  }

  /** These bytes as they are. */
  raw(bytes: Uint8Array): this {
    this.#flushPadding();
    this.#parts.push(bytes);
    return this;
  }

  build(options: BuildOptions = {}): Uint8Array {
    const { trailer = 'full', padLast = true } = options;
    const parts = [...this.#parts];
    if (padLast) parts.push(tarPadding(this.#unpadded));
    if (trailer !== 'none') parts.push(trailer === 'full' ? tarEnd() : new Uint8Array(tarBlockSize));
    return concatBytes(...parts);
  }

  #header(entry: TarEntryFields): this {
    return this.raw(tarHeader(entry));
  }

  #content(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#unpadded = bytes.length;
    return this;
  }

  #flushPadding(): void {
    this.#parts.push(tarPadding(this.#unpadded));
    this.#unpadded = 0;
  }
}

/** One record of a pax header, for {@link LayerBuilder.paxBytes}. */
export function paxRecordBytes(key: string, value: Content): Uint8Array {
  return paxRecord(key, toBytes(value));
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return concat(
    parts,
    parts.reduce((length, part) => length + part.length, 0),
  );
}

export function toBytes(content: Content): Uint8Array {
  return typeof content === 'string' ? encoder.encode(content) : content;
}

function writeSegment(block: Uint8Array, at: number, segment: SparseSegment): void {
  const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`;
  block.set(encoder.encode(octal(segment.offset) + octal(toBytes(segment.data).length)), at);
}
