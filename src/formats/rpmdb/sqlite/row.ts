import { viewOf } from '../bytes.ts';
import { readVarint } from './varint.ts';

/** A value of a row, sqlite.org/fileformat2.html §2.1; numbers of other kinds than are needed are `other`. */
export type SqliteValue =
  | { readonly kind: 'blob' | 'text'; readonly bytes: Uint8Array }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'other' };

/** Bytes of the integers of serial types 0 to 9; 8 and 9 are the numbers 0 and 1. */
const integerBytes = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0] as const;

/** The first `columns` values of a row; undefined where it is damaged or has fewer. */
export function parseRow(payload: Uint8Array, columns: number): readonly SqliteValue[] | undefined {
  const head = readVarint(payload, 0);
  if (head === undefined || head.value > payload.length) return undefined;
  const values: SqliteValue[] = [];
  let at = head.end;
  let from = head.value;
  while (values.length < columns) {
    const type = at < head.value ? readVarint(payload, at) : undefined;
    if (type === undefined || type.end > head.value) return undefined;
    const length = type.value < 12 ? integerBytes[type.value] : Math.floor((type.value - 12) / 2);
    if (length === undefined || from + length > payload.length) return undefined;
    values.push(valueOf(type.value, payload.subarray(from, from + length)));
    at = type.end;
    from += length;
  }
  return values;
}

function valueOf(type: number, bytes: Uint8Array): SqliteValue {
  if (type >= 12) return { kind: type % 2 === 0 ? 'blob' : 'text', bytes };
  if (type === 8 || type === 9) return { kind: 'integer', value: type - 8 };
  if (type < 1 || type > 4) return { kind: 'other' };
  const view = viewOf(bytes);
  if (type === 3) return { kind: 'integer', value: view.getInt8(0) * 0x1_0000 + view.getUint16(1) };
  return { kind: 'integer', value: type === 1 ? view.getInt8(0) : type === 2 ? view.getInt16(0) : view.getInt32(0) };
}
