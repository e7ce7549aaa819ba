import type { Buffer } from 'node:buffer';
import { mapCorrupt } from './map-format.ts';
import { isLink, setAttributes, type MapRecord } from './map-record.ts';
import { compareKeys, type KeyBytes } from './path-key.ts';

/** One unpacked block: where its records end and where they restart. */
export interface MapBlock {
  readonly bytes: Buffer;
  readonly end: number;
  readonly restarts: number;
}

/** @throws InputError `LAYER_MAP_CORRUPT` */
export function parseBlock(bytes: Buffer): MapBlock {
  if (bytes.length < 8) throw mapCorrupt();
  const restarts = bytes.readUInt32LE(bytes.length - 4);
  const end = bytes.length - 4 - restarts * 4;
  if (restarts === 0 || end <= 0) throw mapCorrupt();
  return { bytes, end, restarts };
}

export function restartOffset(block: MapBlock, restart: number): number {
  return block.bytes.readUInt32LE(block.end + restart * 4);
}

/** Reads records one after another. Every method: @throws InputError `LAYER_MAP_CORRUPT` */
export class BlockReader {
  readonly record: MapRecord;
  readonly #extras: number;
  #block: MapBlock | undefined;
  #at = 0;
  key = new Uint8Array(256);
  length = 0;
  /** Bytes that the key shares with the one before. */
  shared = 0;

  constructor(extras: number, record: MapRecord) {
    this.#extras = extras;
    this.record = record;
  }

  /** Begins at a restart. The key read last stays known: the next one must be larger, unless `forget` is said. */
  open(block: MapBlock, offset: number, options: { readonly forget?: boolean } = {}): void {
    this.#block = block;
    this.#at = offset;
    if (options.forget) this.length = -1;
  }

  next(): boolean {
    const block = this.#block;
    if (!block || this.#at >= block.end) return false;
    const kept = this.#varint(block);
    const fresh = this.#varint(block);
    if (kept > Math.max(0, this.length) || fresh > block.end - this.#at) throw mapCorrupt();
    this.#setKey(block, kept, fresh);
    this.#readRecord(block);
    return true;
  }

  #setKey(block: MapBlock, kept: number, fresh: number): void {
    const { bytes } = block;
    const start = this.#at - kept;
    const length = kept + fresh;
    const before = this.length;
    // What a restart spells out may be the same as before: how much is, the merge wants to know.
    let shared = kept;
    const limit = Math.min(length, before);
    while (shared < limit && this.key[shared] === bytes[start + shared]) shared += 1;
    const isLarger =
      before < 0 || (shared === before ? length > before : shared < length && (bytes[start + shared] ?? 0) > (this.key[shared] ?? 0));
    if (!isLarger) throw mapCorrupt();
    if (length > this.key.length) this.#grow(length);
    for (let at = shared; at < length; at += 1) this.key[at] = bytes[start + at] ?? 0;
    this.#at += fresh;
    this.length = length;
    this.shared = before < 0 ? 0 : shared;
  }

  #readRecord(block: MapBlock): void {
    const { record } = this;
    if (!setAttributes(record, this.#byte(block))) throw mapCorrupt();
    record.size = 0;
    record.mode = 0;
    record.link = undefined;
    if (record.type !== undefined) {
      record.size = this.#varint(block);
      record.mode = this.#varint(block);
    }
    if (isLink(record.type)) {
      const length = this.#varint(block);
      if (length > block.end - this.#at) throw mapCorrupt();
      record.link = block.bytes.subarray(this.#at, this.#at + length);
      this.#at += length;
    }
    for (let at = 0; at < this.#extras; at += 1) record.extras[at] = this.#varint(block);
  }

  #byte(block: MapBlock): number {
    if (this.#at >= block.end) throw mapCorrupt();
    return block.bytes[this.#at++] ?? 0;
  }

  #varint(block: MapBlock): number {
    let value = 0;
    for (let scale = 1; scale < Number.MAX_SAFE_INTEGER; scale *= 0x80) {
      const byte = this.#byte(block);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) break;
        return value;
      }
    }
    throw mapCorrupt();
  }

  #grow(length: number): void {
    const grown = new Uint8Array(length * 2);
    grown.set(this.key);
    this.key = grown;
  }
}

/** Order of the block reader's key and another one. */
export function compareToKey(reader: BlockReader, key: KeyBytes): number {
  return compareKeys(reader.key, reader.length, key.bytes, key.length);
}
