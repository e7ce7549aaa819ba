import { viewOf } from '../bytes.ts';

/** Bytes of the page that describes a hash database, `HMETA33` of Berkeley DB's `db_page.h`. */
export const metaBytes = 512;

const hashMagic = 0x061561;
const checksummed = 0x01;
const spareCount = 32;

export interface BdbMeta {
  readonly littleEndian: boolean;
  readonly pageBytes: number;
  /** Number of the last page that the database knows of. */
  readonly lastPage: number;
  readonly maxBucket: number;
  /** What is to be added to a bucket's number for its page, by the power of two that holds it. */
  readonly spares: readonly number[];
}

/** `foreign`: no hash database at all; otherwise why it cannot be read. */
export type BdbMetaResult = { readonly ok: true; readonly meta: BdbMeta } | { readonly ok: false; readonly reason: string };

/** Which byte order a hash database has; undefined where the bytes are not the first of one. */
export function bdbByteOrder(head: Uint8Array): 'little' | 'big' | undefined {
  if (head.length < 16) return undefined;
  const view = viewOf(head);
  if (view.getUint32(12, true) === hashMagic) return 'little';
  return view.getUint32(12, false) === hashMagic ? 'big' : undefined;
}

/** @param head the first {@link metaBytes} bytes of the file */
export function parseBdbMeta(head: Uint8Array): BdbMetaResult {
  const order = bdbByteOrder(head);
  if (order === undefined || head.length < metaBytes) return { ok: false, reason: 'the file is no hash database' };
  const littleEndian = order === 'little';
  const view = viewOf(head);
  const pageBytes = view.getUint32(20, littleEndian);
  if (!isPageSize(pageBytes)) return { ok: false, reason: 'the page size is none that Berkeley DB has' };
  if (view.getUint8(24) !== 0) return { ok: false, reason: 'the database is encrypted' };
  // Then every page has a checksum before its items; rpm never asks for that.
  if ((view.getUint8(26) & checksummed) !== 0) return { ok: false, reason: 'the pages have checksums, which rpm does not write' };
  const spares = Array.from({ length: spareCount }, (_, index) => view.getUint32(96 + 4 * index, littleEndian));
  return {
    ok: true,
    meta: { littleEndian, pageBytes, lastPage: view.getUint32(32, littleEndian), maxBucket: view.getUint32(72, littleEndian), spares },
  };
}

/** The first page of a bucket's chain. */
export function bucketPage({ spares }: BdbMeta, bucket: number): number {
  const power = bucket === 0 ? 0 : 32 - Math.clz32(bucket);
  return bucket + (spares[power] ?? 0);
}

function isPageSize(bytes: number): boolean {
  return bytes >= 512 && bytes <= 65_536 && (bytes & (bytes - 1)) === 0;
}
