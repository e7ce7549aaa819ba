import { viewOf } from '../bytes.ts';
import { rpmTags, rpmTypes, type RpmTag } from './tags.ts';

const preambleBytes = 8;
const entryBytes = 16;
/** Bytes of a single text: no name, version or label is longer. */
const mostTextBytes = 4096;
const mostTexts = 1_000_000;

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

export type HeaderResult = { readonly ok: true; readonly values: HeaderValues } | { readonly ok: false; readonly reason: string };

/** Reads the index of a header as a database keeps it: two counts, entries of 16 bytes, and the bytes that they speak of; all big-endian. */
export function parseHeader(blob: Uint8Array): HeaderResult {
  if (blob.length < preambleBytes) return { ok: false, reason: 'a header is shorter than its counts' };
  const view = viewOf(blob);
  const [count, storeBytes] = [view.getUint32(0), view.getUint32(4)];
  const storeAt = preambleBytes + entryBytes * count;
  if (count === 0) return { ok: false, reason: 'a header has no entries' };
  if (storeAt + storeBytes > blob.length) return { ok: false, reason: 'a header is shorter than its counts say' };
  const wanted = new Set<number>(Object.values(rpmTags));
  const entries = new Map<number, Entry>();
  for (let at = preambleBytes; at < storeAt; at += entryBytes) {
    const tag = view.getUint32(at);
    // rpm lets entries that were added on installation, which stand behind, take the place of the package's own.
    if (wanted.has(tag)) entries.set(tag, { type: view.getUint32(at + 4), offset: view.getUint32(at + 8), count: view.getUint32(at + 12) });
  }
  return { ok: true, values: new HeaderValues(entries, blob.subarray(storeAt, storeAt + storeBytes)) };
}

/**
 * The values of a header. One that is not there, or is of another type than rpm gives it, is absent; one that leads out of the header is
 * absent too, and its tag is among the damaged. The region that rpm signs (tag 63) is taken as entries like others, whatever its trailer says.
 */
export class HeaderValues {
  readonly damaged = new Set<RpmTag>();
  readonly #entries: ReadonlyMap<number, Entry>;
  readonly #store: Uint8Array;
  readonly #view: DataView;

  constructor(entries: ReadonlyMap<number, Entry>, store: Uint8Array) {
    this.#entries = entries;
    this.#store = store;
    this.#view = viewOf(store);
  }

  /** A text; the first of several. Empty where there is none. */
  text(tag: RpmTag): string {
    const entry = this.#entries.get(tag);
    if (entry === undefined || !isText(entry.type)) return '';
    const end = this.#store.subarray(0, entry.offset + mostTextBytes).indexOf(0, entry.offset);
    if (entry.offset < this.#store.length && end !== -1) return decode(this.#store.subarray(entry.offset, end));
    this.damaged.add(tag);
    return '';
  }

  /** The texts of an array, up to the first that leads out of the header, and a million at most. Decoded in one piece: there are many. */
  texts(tag: RpmTag): readonly string[] {
    const entry = this.#entries.get(tag);
    if (entry === undefined || !isText(entry.type) || entry.count === 0) return [];
    const most = Math.min(entry.count, mostTexts);
    let [found, end] = [0, entry.offset];
    for (; found < most; found += 1) {
      const zero = end < this.#store.length ? this.#store.indexOf(0, end) : -1;
      if (zero === -1) break;
      end = zero + 1;
    }
    if (found < entry.count) this.damaged.add(tag);
    return found === 0 ? [] : decode(this.#store.subarray(entry.offset, end - 1)).split('\0');
  }

  /** Number `index` of an array of 16 or 32 bits, unsigned; undefined where there is none. */
  number(tag: RpmTag, index = 0): number | undefined {
    const entry = this.#entries.get(tag);
    if (entry === undefined || index >= entry.count) return undefined;
    const width = entry.type === rpmTypes.int32 ? 4 : entry.type === rpmTypes.int16 ? 2 : 0;
    if (width === 0) return undefined;
    const at = entry.offset + width * index;
    if (at + width <= this.#store.length) return width === 4 ? this.#view.getUint32(at) : this.#view.getUint16(at);
    this.damaged.add(tag);
    return undefined;
  }

  /** Bytes; empty where there are none. */
  bytes(tag: RpmTag): Uint8Array {
    const entry = this.#entries.get(tag);
    if (entry?.type !== rpmTypes.binary) return new Uint8Array();
    if (entry.offset + entry.count <= this.#store.length) return this.#store.subarray(entry.offset, entry.offset + entry.count);
    this.damaged.add(tag);
    return new Uint8Array();
  }

  has(tag: RpmTag): boolean {
    return this.#entries.has(tag);
  }
}

function isText(type: number): boolean {
  return type === rpmTypes.string || type === rpmTypes.stringArray || type === rpmTypes.i18nString;
}

const decoder = new TextDecoder();

function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
