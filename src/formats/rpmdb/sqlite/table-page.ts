import { viewOf } from '../bytes.ts';
import { readVarint } from './varint.ts';

/** Of b-tree pages of tables, sqlite.org/fileformat2.html §1.6. */
const pageTypes = { interior: 0x05, leaf: 0x0d } as const;
/** The first page begins with the head of the database. */
const fileHeadBytes = 100;
/** A cell takes no less, so that a free block can take its place. */
const leastCellBytes = 4;

/** A page of a table's b-tree. */
export interface TablePage {
  readonly bytes: Uint8Array;
  readonly isLeaf: boolean;
  /** Where its cells begin. */
  readonly cells: readonly number[];
  /** Where its own head begins, and where the list of cells ends. */
  readonly start: number;
  readonly listEnd: number;
}

/** Undefined where it is no page of a table. */
export function parseTablePage(bytes: Uint8Array, number: number): TablePage | undefined {
  const start = number === 1 ? fileHeadBytes : 0;
  const type = bytes[start];
  if (type !== pageTypes.leaf && type !== pageTypes.interior) return undefined;
  const view = viewOf(bytes);
  const isLeaf = type === pageTypes.leaf;
  const listStart = start + (isLeaf ? 8 : 12);
  const count = view.getUint16(start + 3);
  const listEnd = listStart + 2 * count;
  if (listEnd > bytes.length) return undefined;
  const cells = Array.from({ length: count }, (_, index) => view.getUint16(listStart + 2 * index));
  return { bytes, isLeaf, cells, start, listEnd };
}

/** The pages below an interior page, in order; 0, which is no page, for a cell that lies outside. */
export function childrenOf({ bytes, start, cells }: TablePage): readonly number[] {
  const view = viewOf(bytes);
  const below = cells.map((cell) => (cell + 4 <= bytes.length ? view.getUint32(cell) : 0));
  return [...below, view.getUint32(start + 8)];
}

/** How much of a row of that length stands on its page; the rest is on pages of its own (§1.6). */
export function localBytes(length: number, usable: number): number {
  if (length <= usable - 35) return length;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const most = least + ((length - least) % (usable - 4));
  return most <= usable - 35 ? most : least;
}

/** Whether cells, free blocks, fragments and the gap in the middle are the page: if not, cells are missing or too many. */
export function addsUp(page: TablePage, usable: number): boolean {
  const { bytes, start, listEnd, cells } = page;
  const view = viewOf(bytes);
  const contentStart = view.getUint16(start + 5) || 65_536;
  let sum = contentStart + view.getUint8(start + 7);
  for (const cell of cells) sum += cellBytes(page, cell, usable);
  for (let block = view.getUint16(start + 1), last = 0; block !== 0; block = view.getUint16(block)) {
    if (block <= last || block + 4 > bytes.length) return false;
    sum += view.getUint16(block + 2);
    last = block;
  }
  return contentStart >= listEnd && sum === usable;
}

function cellBytes({ bytes, isLeaf }: TablePage, cell: number, usable: number): number {
  if (!isLeaf) return Math.max((readVarint(bytes, cell + 4)?.end ?? cell) - cell, leastCellBytes);
  const length = readVarint(bytes, cell);
  const id = length && readVarint(bytes, length.end);
  if (!length || !id) return 0;
  const local = localBytes(length.value, usable);
  return Math.max(id.end - cell + local + (local < length.value ? 4 : 0), leastCellBytes);
}
