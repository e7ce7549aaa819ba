import { viewOf } from '../bytes.ts';
import { BlockReader, type RandomAccess } from '../random-access.ts';
import { isPageSize } from './page-size.ts';
import { openWal, type SqliteWal } from './wal.ts';

const headBytes = 100;
/** Of 512 bytes, in 2 GiB and a log of as much. */
const mostPages = 8 * 1024 * 1024;
const magic = new TextEncoder().encode('SQLite format 3\0');

export function isSqlite(head: Uint8Array): boolean {
  return head.length >= magic.length && magic.every((byte, index) => head[index] === byte);
}

/** The pages of a database, the newer of database and log. */
export interface SqlitePages {
  /** Bytes of a page that are for content: extensions may have a few at its end. */
  readonly usable: number;
  readonly count: number;
  /** Pages that the database says it has and the file has not. */
  readonly missing: number;
  /** Pages are counted from 1; undefined where there is none of that number. */
  read(number: number): Promise<Uint8Array | undefined>;
}

export type SqlitePagesResult = { readonly ok: true; readonly pages: SqlitePages } | { readonly ok: false; readonly reason: string };

/** @param log the file beside it whose name ends in `-wal`, where there is one */
export async function openPages(source: RandomAccess, log: RandomAccess | undefined): Promise<SqlitePagesResult> {
  const reader = new BlockReader(source);
  const own = await reader.read(0, headBytes);
  if (own === undefined || !isSqlite(own)) return { ok: false, reason: 'the file is no SQLite database' };
  const wal = log ? await openWal(log) : 'none';
  if (wal === 'too-long') return { ok: false, reason: 'the write-ahead log has more pages than are read' };
  // The log has the newer first page, if any.
  const head = wal === 'none' ? own : ((await wal.read(1))?.subarray(0, headBytes) ?? own);
  const view = viewOf(head);
  const written = view.getUint16(16);
  const pageBytes = written === 1 ? 65_536 : written;
  const usable = pageBytes - view.getUint8(20);
  if (!isPageSize(pageBytes) || usable < 480) return { ok: false, reason: 'the page size is none that SQLite has' };
  if (view.getUint8(19) > 2) return { ok: false, reason: 'the database has a version that is not known' };
  if (wal !== 'none' && wal.pageBytes !== pageBytes) return { ok: false, reason: 'database and write-ahead log have different pages' };
  return { ok: true, pages: pagesOf(reader, wal === 'none' ? undefined : wal, { pageBytes, usable, view }) };
}

interface Shape {
  readonly pageBytes: number;
  readonly usable: number;
  readonly view: DataView;
}

function pagesOf(reader: BlockReader, wal: SqliteWal | undefined, { pageBytes, usable, view }: Shape): SqlitePages {
  const inFile = Math.floor(reader.size / pageBytes);
  // The count in the head is right only if it was written by whoever changed the file last (§1.3.8).
  const said = view.getUint32(24) === view.getUint32(92) ? view.getUint32(28) : 0;
  const claimed = wal?.pageCount ?? (said === 0 ? inFile : said);
  const count = Math.min(claimed, wal ? mostPages : inFile);
  return {
    usable,
    count,
    missing: claimed - count,
    read: async (number) => {
      if (number < 1 || number > count) return undefined;
      return (await wal?.read(number)) ?? (await reader.read((number - 1) * pageBytes, pageBytes));
    },
  };
}
