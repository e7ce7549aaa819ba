import { viewOf } from '../bytes.ts';
import { GrowingBytes } from '../growing-bytes.ts';
import { databaseFault, headerTooLong, recordFault, type RpmFault } from '../item.ts';
import type { SqlitePages } from './pages.ts';
import { readVarint } from './varint.ts';

export interface SqliteRow {
  readonly kind: 'row';
  readonly id: number;
  readonly payload: Uint8Array;
}

/** Of b-tree pages of tables, sqlite.org/fileformat2.html §1.6. */
const pageTypes = { interior: 0x05, leaf: 0x0d } as const;
/** The first page begins with the head of the database. */
const headBytes = 100;

/**
 * Goes through the rows of tables. A page belongs to one tree and is read once: one that is met again is a circle, or two trees
 * that share it, and a fault.
 */
export class TableWalk {
  readonly #pages: SqlitePages;
  readonly #mostBytes: number;
  /** A bit a page. */
  readonly #seen: Uint8Array;

  /** @param mostBytes of a row */
  constructor(pages: SqlitePages, mostBytes: number, seenBefore?: TableWalk) {
    this.#pages = pages;
    this.#mostBytes = mostBytes;
    this.#seen = seenBefore ? seenBefore.#seen : new Uint8Array(Math.ceil((pages.count + 1) / 8));
  }

  /** The rows of the tree whose root is that page, by id; what cannot be read is a fault in its place. */
  async *rows(root: number): AsyncGenerator<SqliteRow | RpmFault> {
    const waiting: number[] = [];
    // Pages are taken when they are named, not when they are read: so that no more of them wait than there are.
    const wait = (number: number): RpmFault[] => {
      if (!this.#take(number)) return [databaseFault('a page of the table is not there, or of another', { page: number })];
      waiting.push(number);
      return [];
    };
    yield* wait(root);
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      const page = await this.#pages.read(number);
      const start = number === 1 ? headBytes : 0;
      const cells = page && cellsOf(page, start);
      if (!page || !cells) yield databaseFault('a page of the table cannot be read', { page: number });
      else if (page[start] === pageTypes.leaf) for (const cell of cells) yield await this.#row(page, cell, number);
      else for (const child of childrenOf(page, start, cells).toReversed()) yield* wait(child);
    }
  }

  /** Whether the page is there and was not met before. */
  #take(number: number): boolean {
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
      const more = this.#take(next) ? await this.#pages.read(next) : undefined;
      if (more === undefined) return recordFault('a page of a row cannot be read', { number: id.value, page: next });
      bytes.add(more.subarray(4, Math.min(usable, 4 + length.value - bytes.length)));
      next = viewOf(more).getUint32(0);
    }
    return { kind: 'row', id: id.value, payload: bytes.take() };
  }
}

/** Where the cells of a page begin; undefined where it is no page of a table. */
function cellsOf(page: Uint8Array, start: number): readonly number[] | undefined {
  const type = page[start];
  if (type !== pageTypes.leaf && type !== pageTypes.interior) return undefined;
  const view = viewOf(page);
  const listStart = start + (type === pageTypes.leaf ? 8 : 12);
  const count = view.getUint16(start + 3);
  if (listStart + 2 * count > page.length) return undefined;
  return Array.from({ length: count }, (_, index) => view.getUint16(listStart + 2 * index));
}

/** The pages below an interior page, in order; 0, which is no page, for a cell that lies outside. */
function childrenOf(page: Uint8Array, start: number, cells: readonly number[]): number[] {
  const view = viewOf(page);
  const below = cells.map((cell) => (cell + 4 <= page.length ? view.getUint32(cell) : 0));
  return [...below, view.getUint32(start + 8)];
}

/** How much of a row stands on its page; the rest is on pages of its own (§1.6). */
function localBytes(length: number, usable: number): number {
  if (length <= usable - 35) return length;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const most = least + ((length - least) % (usable - 4));
  return most <= usable - 35 ? most : least;
}
