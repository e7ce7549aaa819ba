import type { MapRecord } from './map-record.ts';

/** Goes through sorted entries. What it shows is overwritten by `next`. */
export interface MapCursor {
  /** The key in its first `length` bytes. */
  readonly key: Uint8Array;
  readonly length: number;
  /** Bytes that the key shares with the one before it. */
  readonly shared: number;
  readonly record: MapRecord;
  /** Goes to the next entry (first to the first); false at the end. @throws InputError `LAYER_MAP_CORRUPT` */
  next(): boolean;
}
