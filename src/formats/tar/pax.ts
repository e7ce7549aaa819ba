import { InputError } from '../../core/index.ts';
import { parseDecimal } from './numbers.ts';
import { decodeText, type DecodedText } from './text.ts';

/** What the reader needs of pax extended headers (POSIX.1-2017, pax; GNU tar manual, "Storing Sparse Files"). */
export interface PaxRecords {
  readonly path?: DecodedText | undefined;
  readonly linkPath?: DecodedText | undefined;
  readonly size?: number | undefined;
  readonly sparse?: PaxSparse | undefined;
  /** A name is longer than the limit; its bytes were not kept. */
  readonly longName?: number | undefined;
}

/** The `GNU.sparse.*` records. */
export interface PaxSparse {
  /** Version 1.0 keeps the map in front of the content. */
  readonly isInline: boolean;
  readonly realSize?: number | undefined;
  readonly name?: DecodedText | undefined;
  /** Offsets and lengths in turn; undefined where a number of them cannot be read. */
  readonly map?: readonly number[] | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const newline = 0x0a;
const equals = 0x3d;
const space = 0x20;

/**
 * The records `LENGTH KEY=VALUE\n` of an extended header. An empty value takes back what a global header said.
 *
 * @param pathBytes bytes of the longest name that is kept
 * @throws InputError `TAR_CORRUPT` when the records do not fill the data
 */
export function parsePax(data: Uint8Array, pathBytes: number): PaxRecords {
  const records: Mutable<PaxRecords> = {};
  const sparse = new SparseRecords();
  for (let offset = 0; offset < data.length;) {
    const record = readRecord(data, offset);
    offset = record.end;
    applyRecord(records, sparse, record, pathBytes);
  }
  if (sparse.isPresent) records.sparse = sparse.result();
  return records;
}

interface RawRecord {
  readonly key: string;
  readonly value: Uint8Array;
  readonly end: number;
}

function readRecord(data: Uint8Array, start: number): RawRecord {
  let at = start;
  let length = 0;
  while (at < data.length && data[at] !== space) {
    const digit = (data[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9 || length > data.length) throw malformed();
    length = length * 10 + digit;
    at += 1;
  }
  const end = start + length;
  const split = data.indexOf(equals, at);
  if (at === start || end > data.length || split < 0 || split >= end || data[end - 1] !== newline || end <= at) throw malformed();
  // No key that matters is long: what is longer is none of them.
  const key = split - at > 64 ? '' : decodeText(data.subarray(at + 1, split)).text;
  return { key, value: data.subarray(split + 1, end - 1), end };
}

function applyRecord(records: Mutable<PaxRecords>, sparse: SparseRecords, record: RawRecord, pathBytes: number): void {
  const { key, value } = record;
  switch (key) {
    case 'path':
    case 'linkpath': {
      const field = key === 'path' ? 'path' : 'linkPath';
      if (value.length > pathBytes) records.longName = Math.max(value.length, records.longName ?? 0);
      else records[field] = value.length === 0 ? undefined : decodeText(value);
      return;
    }
    case 'size': {
      if (value.length === 0) records.size = undefined;
      else records.size = parseDecimal(decodeText(value).text) ?? raise(malformed());
      return;
    }
    case 'GNU.sparse.name': {
      if (value.length > pathBytes) records.longName = value.length;
      else sparse.name = decodeText(value);
      return;
    }
    default:
      if (key.startsWith('GNU.sparse.')) sparse.add(key.slice('GNU.sparse.'.length), decodeText(value).text);
  }
}

/** Collects the three versions: 0.0 repeats its keys, 0.1 has the map in one, 1.0 in front of the content. */
class SparseRecords {
  isPresent = false;
  name: DecodedText | undefined;
  #isInline = false;
  #realSize: number | undefined;
  #isMapValid = true;
  #map: number[] = [];

  add(key: string, value: string): void {
    this.isPresent = true;
    if (key === 'major') this.#isInline = value !== '0';
    else if (key === 'size' || key === 'realsize') this.#realSize = parseDecimal(value);
    else if (key === 'offset' || key === 'numbytes') this.#push(value);
    else if (key === 'map') for (const number of value === '' ? [] : value.split(',')) this.#push(number);
  }

  result(): PaxSparse {
    return { isInline: this.#isInline, realSize: this.#realSize, name: this.name, map: this.#isMapValid ? this.#map : undefined };
  }

  #push(text: string): void {
    const number = parseDecimal(text);
    if (number === undefined) this.#isMapValid = false;
    else this.#map.push(number);
  }
}

function malformed(): InputError {
  return new InputError('TAR_CORRUPT', { what: 'pax record' });
}

function raise(error: Error): never {
  throw error;
}
