import { viewOf } from '../bytes.ts';
import { BlockReader, type RandomAccess } from '../random-access.ts';
import { isPageSize } from './page-size.ts';

const walHeadBytes = 32;
const frameHeadBytes = 24;
/** The last bit says in which byte order words are summed: set for big-endian. */
const walMagic = 0x377f_0682;
const walVersion = 3_007_000;
/** rpm's journal is emptied after a thousand pages. */
const mostFrames = 1_000_000;

/** The pages that a write-ahead log has in place of the database's own. */
export interface SqliteWal {
  readonly pageBytes: number;
  /** Of the database after the last transaction. */
  readonly pageCount: number;
  /** A page as the last transaction left it; undefined where the log does not have it. */
  read(page: number): Promise<Uint8Array | undefined>;
}

/**
 * Reads what is committed in a write-ahead log, sqlite.org/fileformat2.html §4: frames up to the first with another salt or a wrong checksum,
 * and of these up to the last that ends a transaction. `none` where there is nothing in it.
 */
export async function openWal(source: RandomAccess): Promise<SqliteWal | 'none' | 'too-long'> {
  const reader = new BlockReader(source);
  const head = await reader.read(0, walHeadBytes);
  if (head === undefined) return 'none';
  const view = viewOf(head);
  const magic = view.getUint32(0);
  const pageBytes = view.getUint32(8);
  if ((magic & ~1) >>> 0 !== walMagic || view.getUint32(4) !== walVersion || !isPageSize(pageBytes)) return 'none';
  const sum = new FrameSum((magic & 1) === 0);
  sum.add(head.subarray(0, 24));
  if (!sum.is(view.getUint32(24), view.getUint32(28))) return 'none';
  return await readFrames(reader, { pageBytes, sum, salt: [view.getUint32(16), view.getUint32(20)] });
}

interface Frames {
  readonly pageBytes: number;
  readonly sum: FrameSum;
  readonly salt: readonly [number, number];
}

async function readFrames(reader: BlockReader, { pageBytes, sum, salt }: Frames): Promise<SqliteWal | 'none' | 'too-long'> {
  const frameBytes = frameHeadBytes + pageBytes;
  const committed = new Map<number, number>();
  let pending: [page: number, offset: number][] = [];
  let pageCount = 0;
  for (let offset = walHeadBytes, count = 0; ; offset += frameBytes, count += 1) {
    const frame = await reader.read(offset, frameBytes);
    if (frame === undefined) break;
    const view = viewOf(frame);
    if (view.getUint32(8) !== salt[0] || view.getUint32(12) !== salt[1]) break;
    sum.add(frame.subarray(0, 8));
    sum.add(frame.subarray(frameHeadBytes));
    if (!sum.is(view.getUint32(16), view.getUint32(20))) break;
    if (count >= mostFrames) return 'too-long';
    pending.push([view.getUint32(0), offset + frameHeadBytes]);
    if (view.getUint32(4) === 0) continue;
    pageCount = view.getUint32(4);
    for (const [page, at] of pending) committed.set(page, at);
    pending = [];
  }
  if (committed.size === 0) return 'none';
  return {
    pageBytes,
    pageCount,
    read: async (page) => {
      const at = committed.get(page);
      return at === undefined ? undefined : await reader.read(at, pageBytes);
    },
  };
}

/** The running checksum of a log: two sums of words, each over the other. */
class FrameSum {
  readonly #littleEndian: boolean;
  #first = 0;
  #second = 0;

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  /** @param bytes a multiple of 8 */
  add(bytes: Uint8Array): void {
    const view = viewOf(bytes);
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      this.#first = (this.#first + view.getUint32(at, this.#littleEndian) + this.#second) >>> 0;
      this.#second = (this.#second + view.getUint32(at + 4, this.#littleEndian) + this.#first) >>> 0;
    }
  }

  is(first: number, second: number): boolean {
    return this.#first === first && this.#second === second;
  }
}
