import { viewOf } from '../bytes.ts';
import { GrowingBytes } from '../growing-bytes.ts';
import { databaseFault, headerTooLong, recordFault, type RpmDatabaseItem, type RpmDatabaseLimits, type RpmFault } from '../item.ts';
import { BlockReader, type RandomAccess } from '../random-access.ts';
import { bucketPage, metaBytes, parseBdbMeta, type BdbMeta } from './meta.ts';
import { addsUp, isHashPage, overflowBytes, pageTypes, parseBdbPage, readBdbItem, type BdbItem, type BdbPage } from './page.ts';

/**
 * Reads the records of a Berkeley DB hash database (rpm's `Packages`), either byte order. Pages are gone through as they lie in the
 * file: no chain of buckets can lead in a circle, and each record is met once. Whether every bucket was among them is asked afterwards.
 */
export async function* readBdb(source: RandomAccess, limits: RpmDatabaseLimits): AsyncGenerator<RpmDatabaseItem> {
  const reader = new BlockReader(source);
  const head = await reader.read(0, metaBytes);
  const parsed = parseBdbMeta(head ?? new Uint8Array());
  if (!parsed.ok) return void (yield databaseFault(parsed.reason));
  yield* new BdbReader(reader, parsed.meta, limits).read();
}

class BdbReader {
  readonly #reader: BlockReader;
  readonly #meta: BdbMeta;
  readonly #limits: RpmDatabaseLimits;
  readonly #pages: number;
  /** By page, bits of {@link marks}: what it is, and what leads to it. */
  readonly #marks: Uint8Array;
  /** Pages that were read for overflow items. Each belongs to one record: who needs more than there are reads some twice. */
  #overflowPages = 0;

  constructor(reader: BlockReader, meta: BdbMeta, limits: RpmDatabaseLimits) {
    this.#reader = reader;
    this.#meta = meta;
    this.#limits = limits;
    this.#pages = Math.floor(reader.size / meta.pageBytes);
    this.#marks = new Uint8Array(this.#pages);
  }

  async *read(): AsyncGenerator<RpmDatabaseItem> {
    const { lastPage } = this.#meta;
    if (lastPage >= this.#pages) yield databaseFault('the file ends before its last page', { page: lastPage });
    for (let number = 1; number < this.#pages; number += 1) {
      const page = this.#cached(number) ?? (await this.#page(number));
      if (page?.type === pageTypes.overflow) this.#mark(number, marks.isOverflow);
      if (page?.type === pageTypes.free || page?.type === pageTypes.overflow) continue;
      if (page === undefined || !isHashPage(page))
        yield databaseFault('a page is of a kind that a hash database does not have', { page: number });
      else yield* this.#readHashPage(page, number);
    }
    yield* this.#misplacedPages();
  }

  async *#readHashPage(page: BdbPage, number: number): AsyncGenerator<RpmDatabaseItem> {
    if (page.number !== number) yield databaseFault('a page has the number of another', { page: number });
    if (!addsUp(page)) yield databaseFault('a page does not add up', { page: number });
    if (page.entries % 2 !== 0) yield databaseFault('a page has a key without a value', { page: number });
    this.#mark(number, marks.isHash);
    if (page.next !== 0) {
      if (page.next >= this.#pages) yield databaseFault('a page leads to one beyond the file', { page: number });
      else this.#mark(page.next, marks.inChain);
    }
    for (let index = 0; index + 1 < page.entries; index += 2) {
      const item = await this.#readPair(readBdbItem(page, index), readBdbItem(page, index + 1), number);
      if (item) yield item;
    }
  }

  /** Undefined for key 0, under which rpm keeps the next free number. */
  async #readPair(key: BdbItem, value: BdbItem, page: number): Promise<RpmDatabaseItem | undefined> {
    if (key.kind === 'fault') return recordFault(key.reason, { page });
    if (key.kind === 'elsewhere' || key.bytes.length !== 4) return recordFault('a key is no number', { page });
    const number = viewOf(key.bytes).getUint32(0, this.#meta.littleEndian);
    if (number === 0) return undefined;
    switch (value.kind) {
      case 'here':
        return { kind: 'record', number, blob: value.bytes };
      case 'elsewhere':
        return await this.#readOverflow(value.page, value.length, number);
      case 'fault':
        return recordFault(value.reason, { number, page });
    }
  }

  async #readOverflow(first: number, length: number, number: number): Promise<RpmDatabaseItem> {
    if (length > this.#limits.headerBytes) return recordFault(headerTooLong, { number });
    const bytes = new GrowingBytes(length);
    for (let next = first; bytes.length < length;) {
      if (next === 0 || next >= this.#pages) return recordFault('the pages of a header end before it does', { number, page: next });
      this.#overflowPages += 1;
      if (this.#overflowPages > this.#pages + slack) return recordFault('headers share pages', { number, page: next });
      const page = this.#cached(next) ?? (await this.#page(next));
      if (page?.type !== pageTypes.overflow) return recordFault('a page of a header is none', { number, page: next });
      const piece = overflowBytes(page);
      if (piece === undefined || piece.length === 0) return recordFault('a page of a header is damaged', { number, page: next });
      this.#mark(next, marks.inHeader);
      bytes.add(piece.subarray(0, length - bytes.length));
      next = page.next;
    }
    return { kind: 'record', number, blob: bytes.take() };
  }

  /** Pages that are not what leads to them, and those to which nothing leads: what they hold is missing. */
  *#misplacedPages(): Generator<RpmFault> {
    for (let bucket = 0; bucket <= this.#meta.maxBucket; bucket += 1) {
      const page = bucketPage(this.#meta, bucket);
      if (page === 0 || page >= this.#pages) return void (yield databaseFault('a bucket lies beyond the file', { page }));
      this.#mark(page, marks.inChain);
    }
    yield* this.#firstPage(marks.inChain, marks.isHash, 'a page of a bucket is none');
    yield* this.#firstPage(marks.isHash, marks.inChain, 'a page belongs to no bucket');
    yield* this.#firstPage(marks.isOverflow, marks.inHeader, 'a page belongs to no header');
  }

  /** The first page that has one mark without the other; those that follow mostly have the same cause. */
  *#firstPage(has: number, lacks: number, reason: string): Generator<RpmFault> {
    const page = this.#marks.findIndex((found) => (found & (has | lacks)) === has);
    if (page !== -1) yield databaseFault(reason, { page });
  }

  #mark(page: number, mark: number): void {
    this.#marks[page] = (this.#marks[page] ?? 0) | mark;
  }

  /** A page that is at hand: a file has millions, and waiting for each is most of the work. */
  #cached(number: number): BdbPage | undefined {
    const { pageBytes, littleEndian } = this.#meta;
    const bytes = this.#reader.cached(number * pageBytes, pageBytes);
    return bytes && parseBdbPage(bytes, littleEndian);
  }

  async #page(number: number): Promise<BdbPage | undefined> {
    const { pageBytes, littleEndian } = this.#meta;
    const bytes = await this.#reader.read(number * pageBytes, pageBytes);
    return bytes && parseBdbPage(bytes, littleEndian);
  }
}

const marks = { isHash: 1, inChain: 2, isOverflow: 4, inHeader: 8 } as const;

/** Overflow pages that damaged records may read in vain without costing the whole ones theirs. */
const slack = 10_000;
