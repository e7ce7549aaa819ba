import { LimitError } from '../../core/index.ts';
import { ByteWriter } from './byte-writer.ts';
import { blockTarget, formatVersion, magic, pack, restartInterval } from './map-format.ts';
import { attributesOf, isLink, type MapRecord } from './map-record.ts';
import { sharedLength } from './path-key.ts';
import type { Spool } from './spool.ts';

export interface MapWriterOptions {
  /** How many numbers each record has beside the usual. */
  readonly extras: number;
  /** Encoded bytes beyond which it gives up. */
  readonly maxBytes: number;
  /** Blocks are left as they are up to so many bytes: for a map that is read at once and not kept. None if absent. */
  readonly plainBytes?: number;
}

/** Writes a map from records that come in the order of their keys. @throws LimitError `LIMIT_LAYER_MAP` */
export class MapWriter {
  readonly #spool: Spool;
  readonly #options: MapWriterOptions;
  readonly #block = new ByteWriter(blockTarget * 2);
  readonly #index = new ByteWriter(1024);
  #firstKey = new Uint8Array();
  #restarts: number[] = [];
  #sinceRestart = 0;
  #last = new Uint8Array(256);
  #lastLength = 0;

  constructor(spool: Spool, options: MapWriterOptions) {
    this.#spool = spool;
    this.#options = options;
    const header = new ByteWriter(8);
    header.u32(magic);
    header.byte(formatVersion);
    header.byte(options.extras);
    header.byte(0);
    header.byte(0);
    spool.append(header.view());
  }

  add(key: Uint8Array, length: number, record: MapRecord): void {
    const block = this.#block;
    if (block.length >= blockTarget) this.#closeBlock();
    if (block.length === 0) this.#firstKey = key.slice(0, length);
    const isRestart = this.#sinceRestart === 0;
    if (isRestart) this.#restarts.push(block.length);
    this.#sinceRestart = (this.#sinceRestart + 1) % restartInterval;

    const shared = sharedLength(key, length, this.#last, this.#lastLength, 0);
    const kept = isRestart ? 0 : shared;
    block.varint(kept);
    block.varint(length - kept);
    block.bytes(key, kept, length);
    this.#writeRecord(record);
    this.#remember(key, length, shared);
  }

  /** Writes what is missing; the spool then holds the map. */
  finish(): void {
    if (this.#block.length > 0) this.#closeBlock();
    const offset = this.#spool.size;
    const index = pack(this.#index.view());
    this.#append(index);
    const trailer = new ByteWriter(16);
    trailer.u32(offset);
    trailer.u32(index.length);
    trailer.u32(this.#index.length);
    trailer.u32(magic);
    this.#append(trailer.view());
  }

  #writeRecord(record: MapRecord): void {
    const block = this.#block;
    block.byte(attributesOf(record));
    if (record.type !== undefined) {
      block.varint(record.size);
      block.varint(record.mode);
    }
    if (isLink(record.type)) {
      const link = record.link ?? new Uint8Array();
      block.varint(link.length);
      block.bytes(link, 0, link.length);
    }
    for (let at = 0; at < this.#options.extras; at += 1) block.varint(record.extras[at] ?? 0);
  }

  #remember(key: Uint8Array, length: number, shared: number): void {
    if (length > this.#last.length) {
      const grown = new Uint8Array(length * 2);
      grown.set(this.#last);
      this.#last = grown;
    }
    for (let at = shared; at < length; at += 1) this.#last[at] = key[at] ?? 0;
    this.#lastLength = length;
  }

  #closeBlock(): void {
    const block = this.#block;
    for (const restart of this.#restarts) block.u32(restart);
    block.u32(this.#restarts.length);
    const packed = this.#packBlock(block.view());
    this.#index.varint(packed.length);
    this.#index.varint(block.length);
    this.#index.varint(this.#firstKey.length);
    this.#index.bytes(this.#firstKey, 0, this.#firstKey.length);
    this.#append(packed);
    block.clear();
    this.#restarts = [];
    this.#sinceRestart = 0;
  }

  /** What packing does not make shorter stays plain, so that equal lengths say which it is. */
  #packBlock(plain: Uint8Array): Uint8Array {
    if (this.#spool.size + plain.length <= (this.#options.plainBytes ?? 0)) return plain.slice();
    const packed = pack(plain);
    return packed.length < plain.length ? packed : plain.slice();
  }

  #append(bytes: Uint8Array): void {
    if (this.#spool.size + bytes.length > this.#options.maxBytes)
      throw new LimitError('LIMIT_LAYER_MAP', { limit: this.#options.maxBytes });
    this.#spool.append(bytes);
  }
}
