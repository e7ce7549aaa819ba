import { Buffer } from 'node:buffer';
import type { EntryType } from '../../core/index.ts';
import type { MapCursor } from './map-cursor.ts';
import { emptyRecord, type MapRecord } from './map-record.ts';
import { sharedLength, type PathKey } from './path-key.ts';

/**
 * When things of one layer were said of one path, in entries since the layer began; 0 for never.
 * The extras of a run's records, in this order.
 */
export const when = {
  /** The entry that counts. */
  entry: 0,
  /** The last entry that was not a directory: whatever was below before that is gone. */
  kill: 1,
  whiteout: 2,
  opaque: 3,
} as const;

export const runExtras = 4;

/** One entry or marker of a layer, as it came. */
export interface MapItem {
  readonly key: PathKey;
  readonly order: number;
  readonly kind: 'entry' | 'whiteout' | 'opaque';
  readonly type: EntryType;
  readonly size: number;
  readonly mode: number;
  readonly link: string | undefined;
}

/** Entries in the order of their keys, several of one key as one. */
export class RunCursor implements MapCursor {
  readonly #items: readonly MapItem[];
  #at = 0;
  key = Buffer.allocUnsafeSlow(256);
  length = 0;
  shared = 0;
  record: MapRecord = emptyRecord();
  #before = Buffer.allocUnsafeSlow(256);

  constructor(items: MapItem[]) {
    this.#items = items.sort(byKeyThenOrder);
  }

  next(): boolean {
    const first = this.#items[this.#at];
    if (!first) return false;
    this.#setKey(first.key);
    const { record } = this;
    clearRecord(record);
    for (let item: MapItem | undefined = first; item?.key === first.key; item = this.#items[++this.#at]) applyItem(record, item);
    return true;
  }

  #setKey(key: PathKey): void {
    const beforeLength = this.length;
    [this.key, this.#before] = [this.#before, this.key];
    if (key.length > this.key.length) this.key = Buffer.allocUnsafeSlow(key.length * 2);
    this.length = this.key.write(key, 'latin1');
    this.shared = sharedLength(this.key, this.length, this.#before, beforeLength, 0);
  }
}

export function clearRecord(record: MapRecord): void {
  record.type = undefined;
  record.isWhiteout = false;
  record.isOpaque = false;
  record.isImplied = false;
  record.size = 0;
  record.mode = 0;
  record.link = undefined;
  for (let at = 0; at < runExtras; at += 1) record.extras[at] = 0;
}

/** Adds what a later run says of the same path. */
export function applyRecord(record: MapRecord, later: MapRecord): void {
  if (later.type !== undefined) {
    record.type = later.type;
    record.size = later.size;
    record.mode = later.mode;
    record.link = later.link;
  }
  record.isWhiteout ||= later.isWhiteout;
  record.isOpaque ||= later.isOpaque;
  for (let at = 0; at < runExtras; at += 1) record.extras[at] = Math.max(record.extras[at] ?? 0, later.extras[at] ?? 0);
}

function applyItem(record: MapRecord, item: MapItem): void {
  if (item.kind === 'whiteout') {
    record.isWhiteout = true;
    record.extras[when.whiteout] = item.order;
    return;
  }
  if (item.kind === 'opaque') {
    record.isOpaque = true;
    record.extras[when.opaque] = item.order;
    return;
  }
  record.type = item.type;
  record.size = item.size;
  record.mode = item.mode;
  record.link = item.link === undefined ? undefined : Buffer.from(item.link, 'utf8');
  record.extras[when.entry] = item.order;
  if (item.type !== 'directory') record.extras[when.kill] = item.order;
}

function byKeyThenOrder(a: MapItem, b: MapItem): number {
  if (a.key === b.key) return a.order - b.order;
  return a.key < b.key ? -1 : 1;
}
