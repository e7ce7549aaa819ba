import { viewOf } from '../bytes.ts';

/** Types of pages, Berkeley DB's `db_page.h`. */
export const pageTypes = { free: 0, hashUnsorted: 2, overflow: 7, hashMeta: 8, hash: 13 } as const;

/** Where the items of a page begin to be listed; of an overflow page, where its bytes begin. */
const pageHeaderBytes = 26;

const itemTypes = { keyData: 1, offPage: 3 } as const;

export interface BdbPage {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly number: number;
  /** 0 where the chain ends. */
  readonly next: number;
  readonly entries: number;
  /** Of an overflow page, how many bytes it holds; of a hash page, where its last item begins. */
  readonly used: number;
  readonly type: number;
}

export function parseBdbPage(bytes: Uint8Array, littleEndian: boolean): BdbPage {
  const view = viewOf(bytes);
  return {
    bytes,
    littleEndian,
    number: view.getUint32(8, littleEndian),
    next: view.getUint32(16, littleEndian),
    entries: view.getUint16(20, littleEndian),
    used: view.getUint16(22, littleEndian),
    type: view.getUint8(25),
  };
}

export function isHashPage({ type }: BdbPage): boolean {
  return type === pageTypes.hash || type === pageTypes.hashUnsorted;
}

/** An item of a hash page: bytes on the page, or where else they are. */
export type BdbItem =
  | { readonly kind: 'here'; readonly bytes: Uint8Array }
  | { readonly kind: 'elsewhere'; readonly page: number; readonly length: number }
  | { readonly kind: 'fault'; readonly reason: string };

/** Items are laid from the end of the page towards its head, so that each ends where the one before begins. */
export function readBdbItem(page: BdbPage, index: number): BdbItem {
  const { bytes, littleEndian } = page;
  const view = viewOf(bytes);
  const listEnd = pageHeaderBytes + 2 * page.entries;
  if (listEnd > bytes.length) return fault('a page has more items than room');
  const start = view.getUint16(pageHeaderBytes + 2 * index, littleEndian);
  const end = index === 0 ? bytes.length : view.getUint16(pageHeaderBytes + 2 * (index - 1), littleEndian);
  if (start < listEnd || start >= end || end > bytes.length) return fault('an item lies outside of its page');
  switch (bytes[start]) {
    case itemTypes.keyData:
      return { kind: 'here', bytes: bytes.subarray(start + 1, end) };
    case itemTypes.offPage:
      if (end - start < 12) return fault('an item lies outside of its page');
      return { kind: 'elsewhere', page: view.getUint32(start + 4, littleEndian), length: view.getUint32(start + 8, littleEndian) };
    default:
      return fault('an item is of a kind that rpm does not write');
  }
}

/** Whether a hash page has as many items as its free room says: if not, items are missing or too many. */
export function addsUp({ bytes, littleEndian, entries, used }: BdbPage): boolean {
  const last = pageHeaderBytes + 2 * (entries - 1);
  if (entries === 0) return used === bytes.length % 65_536;
  return last + 2 <= bytes.length && viewOf(bytes).getUint16(last, littleEndian) === used;
}

/** The bytes of an overflow page; undefined where it claims more than it can hold. */
export function overflowBytes({ bytes, used }: BdbPage): Uint8Array | undefined {
  return pageHeaderBytes + used <= bytes.length ? bytes.subarray(pageHeaderBytes, pageHeaderBytes + used) : undefined;
}

function fault(reason: string): BdbItem {
  return { kind: 'fault', reason };
}
