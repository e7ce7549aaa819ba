import { Buffer } from 'node:buffer';
import { BlockCache } from './block-cache.ts';
import { BlockReader, compareToKey, parseBlock, restartOffset, type MapBlock } from './map-block.ts';
import type { MapCursor } from './map-cursor.ts';
import { formatVersion, headerBytes, magic, mapCorrupt, maxBlockBytes, maxIndexBytes, trailerBytes, unpack } from './map-format.ts';
import { emptyRecord, type MapRecord } from './map-record.ts';
import { compareKeys, KeyBytes } from './path-key.ts';
import type { ByteSource } from './spool.ts';

interface BlockPlace {
  readonly offset: number;
  readonly packed: number;
  readonly plain: number;
  readonly firstKey: Uint8Array;
}

/** Reads a map: in order, from a key on, or one path. Every method: @throws InputError `LAYER_MAP_CORRUPT` */
export class MapReader {
  readonly #source: ByteSource;
  readonly #cache: BlockCache;
  readonly #name: number;
  readonly #extras: number;
  readonly #blocks: readonly BlockPlace[];
  readonly #lookup: BlockReader;
  readonly #key = new KeyBytes();

  constructor(source: ByteSource, cache: BlockCache = new BlockCache()) {
    this.#source = source;
    this.#cache = cache;
    this.#name = cache.name();
    const header = Buffer.from(source.read(0, headerBytes));
    if (header.length < headerBytes || header.readUInt32LE(0) !== magic || header[4] !== formatVersion) throw mapCorrupt();
    this.#extras = header[5] ?? 0;
    this.#blocks = readIndex(source);
    this.#lookup = new BlockReader(this.#extras, emptyRecord());
  }

  /** What the map has at that path. The record is overwritten by the next look-up. */
  lookup(path: string): MapRecord | undefined {
    const key = this.#key;
    key.set(path);
    const reader = this.#lookup;
    if (!this.#seek(reader, key)) return undefined;
    do {
      const order = compareToKey(reader, key);
      if (order === 0) return reader.record;
      if (order > 0) return undefined;
    } while (reader.next());
    return undefined;
  }

  /** All entries. The blocks go past the cache. */
  entries(): MapCursor {
    return new ReaderCursor(
      new BlockReader(this.#extras, emptyRecord()),
      (index) => (index < this.#blocks.length ? this.#load(index) : undefined),
      0,
    );
  }

  /** The entries below that path, without itself. */
  *below(path: string): Generator<MapCursor> {
    const key = new KeyBytes();
    key.set(path === '' ? '' : `${path}/`);
    const reader = new BlockReader(this.#extras, emptyRecord());
    if (!this.#seek(reader, key)) return;
    const first = this.#blockOf(key);
    const cursor = new ReaderCursor(reader, (index) => (index < this.#blocks.length ? this.#block(index) : undefined), first + 1);
    do {
      if (compareToKey(reader, key) <= 0) continue;
      if (!hasPrefix(reader, key)) return;
      yield cursor;
    } while (cursor.next());
  }

  /** Stands on an entry at or before the key, at most one restart away, or on the first. */
  #seek(reader: BlockReader, key: KeyBytes): boolean {
    if (this.#blocks.length === 0) return false;
    const block = this.#block(this.#blockOf(key));
    let low = 0;
    let high = block.restarts - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      reader.open(block, restartOffset(block, middle), { forget: true });
      if (!reader.next()) throw mapCorrupt();
      if (compareToKey(reader, key) <= 0) low = middle;
      else high = middle - 1;
    }
    reader.open(block, restartOffset(block, low), { forget: true });
    return reader.next();
  }

  /** The last block whose first key is not beyond the key; the first where all are. */
  #blockOf(key: KeyBytes): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const first = this.#blocks[middle]?.firstKey ?? key.bytes;
      if (compareKeys(first, first.length, key.bytes, key.length) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #block(index: number): MapBlock {
    const place = this.#blocks[index];
    if (place && place.packed === place.plain) return loadBlock(this.#source, place);
    return this.#cache.get(this.#name, index, () => this.#load(index));
  }

  #load(index: number): MapBlock {
    const place = this.#blocks[index];
    if (!place) throw mapCorrupt();
    return loadBlock(this.#source, place);
  }
}

function loadBlock(source: ByteSource, { offset, packed, plain }: BlockPlace): MapBlock {
  const stored = source.read(offset, packed);
  return parseBlock(packed === plain ? Buffer.from(stored.buffer, stored.byteOffset, stored.length) : unpack(stored, plain));
}

class ReaderCursor implements MapCursor {
  readonly #reader: BlockReader;
  readonly #block: (index: number) => MapBlock | undefined;
  #index: number;

  constructor(reader: BlockReader, block: (index: number) => MapBlock | undefined, index: number) {
    this.#reader = reader;
    this.#block = block;
    this.#index = index;
    if (index === 0) reader.length = -1;
  }

  get key(): Uint8Array {
    return this.#reader.key;
  }

  get length(): number {
    return this.#reader.length;
  }

  get shared(): number {
    return this.#reader.shared;
  }

  get record(): MapRecord {
    return this.#reader.record;
  }

  next(): boolean {
    while (!this.#reader.next()) {
      const block = this.#block(this.#index);
      if (!block) return false;
      this.#index += 1;
      this.#reader.open(block, 0);
    }
    return true;
  }
}

function hasPrefix(reader: BlockReader, prefix: KeyBytes): boolean {
  if (reader.length < prefix.length) return false;
  for (let at = 0; at < prefix.length; at += 1) if (reader.key[at] !== prefix.bytes[at]) return false;
  return true;
}

function readIndex(source: ByteSource): readonly BlockPlace[] {
  const trailer = Buffer.from(source.read(source.size - trailerBytes, trailerBytes));
  if (trailer.length < trailerBytes || trailer.readUInt32LE(12) !== magic) throw mapCorrupt();
  const end = trailer.readUInt32LE(0);
  const packed = trailer.readUInt32LE(4);
  const plain = trailer.readUInt32LE(8);
  if (end < headerBytes || end + packed !== source.size - trailerBytes || plain > maxIndexBytes) throw mapCorrupt();
  return parseIndex(unpack(source.read(end, packed), plain), end);
}

function parseIndex(index: Buffer, end: number): readonly BlockPlace[] {
  const blocks: BlockPlace[] = [];
  let offset = headerBytes;
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; scale <= 0x80 ** 4; scale *= 0x80) {
      const byte = index[at++] ?? raiseCorrupt();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return raiseCorrupt();
  };
  while (at < index.length) {
    const packed = varint();
    const plain = varint();
    const length = varint();
    if (packed > end - offset || plain > maxBlockBytes || length > index.length - at) throw mapCorrupt();
    blocks.push({ offset, packed, plain, firstKey: index.subarray(at, at + length) });
    offset += packed;
    at += length;
  }
  if (offset !== end) throw mapCorrupt();
  return blocks;
}

function raiseCorrupt(): never {
  throw mapCorrupt();
}
