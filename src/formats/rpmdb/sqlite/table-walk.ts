import { viewOf } from '../bytes.ts';
import { GrowingBytes } from '../growing-bytes.ts';
import { databaseFault, headerTooLong, recordFault, type RpmFault } from '../item.ts';
import type { SqlitePages } from './pages.ts';
import { addsUp, childrenOf, localBytes, parseTablePage } from './table-page.ts';
import { readVarint } from './varint.ts';

export interface SqliteRow {
  readonly kind: 'row';
  readonly id: number;
  readonly payload: Uint8Array;
}

/**
 * Goes through the rows of tables. A page belongs to one tree and is read once: one that is met again is a circle, or two trees
 * that share it, and a fault.
 */
export class TableWalk {
  readonly #pages: SqlitePages;
  readonly #mostBytes: number;
  /** A bit a page. */
  readonly #seen: Uint8Array;

  /**
   * @param mostBytes of a row
   * @param before a walk over another table of the database: its pages are not this one's
   */
  constructor(pages: SqlitePages, mostBytes: number, before?: TableWalk) {
    this.#pages = pages;
    this.#mostBytes = mostBytes;
    this.#seen = before ? before.#seen : new Uint8Array(Math.ceil((pages.count + 1) / 8));
  }

  /** The rows of the tree whose root is that page, by id; what cannot be read is a fault in its place. */
  async *rows(root: number): AsyncGenerator<SqliteRow | RpmFault> {
    const waiting: number[] = [];
    // Pages are taken when they are named, not when they are read: so that no more of them wait than there are.
    const wait = (number: number): RpmFault[] => {
      if (!this.take(number)) return [databaseFault('a page of the table is not there, or of another', { page: number })];
      waiting.push(number);
      return [];
    };
    yield* wait(root);
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      const bytes = await this.#pages.read(number);
      const page = bytes && parseTablePage(bytes, number);
      if (!page) {
        yield databaseFault('a page of the table cannot be read', { page: number });
        continue;
      }
      if (!addsUp(page, this.#pages.usable)) yield databaseFault('a page of the table does not add up', { page: number });
      if (page.isLeaf) for (const cell of page.cells) yield await this.#row(page.bytes, cell, number);
      else for (const child of childrenOf(page).toReversed()) yield* wait(child);
    }
  }

  /** Whether the page is there and was not met before. */
  take(number: number): boolean {
    if (number < 1 || number > this.#pages.count) return false;
    const [index, bit] = [number >> 3, 1 << (number & 7)];
    const seen = this.#seen[index] ?? 0;
    if ((seen & bit) !== 0) return false;
    this.#seen[index] = seen | bit;
    return true;
  }

  async #row(page: Uint8Array, cell: number, number: number): Promise<SqliteRow | RpmFault> {
    const { usable } = this.#pages;
    const length = readVarint(page, cell);
    const id = length && readVarint(page, length.end);
    if (!length || !id) return recordFault('a row is damaged', { page: number });
    const place = { number: id.value, page: number };
    if (length.value > this.#mostBytes) return recordFault(headerTooLong, place);
    const local = localBytes(length.value, usable);
    const here = page.subarray(id.end, id.end + local);
    if (here.length < local) return recordFault('a row is damaged', place);
    if (local === length.value) return { kind: 'row', id: id.value, payload: here };
    if (id.end + local + 4 > page.length) return recordFault('a row is damaged', place);
    const bytes = new GrowingBytes(length.value);
    bytes.add(here);
    for (let next = viewOf(page).getUint32(id.end + local); bytes.length < length.value;) {
      const more = this.take(next) ? await this.#pages.read(next) : undefined;
      if (more === undefined) return recordFault('a page of a row cannot be read', { number: id.value, page: next });
      bytes.add(more.subarray(4, Math.min(usable, 4 + length.value - bytes.length)));
      next = viewOf(more).getUint32(0);
    }
    return { kind: 'row', id: id.value, payload: bytes.take() };
  }
}
