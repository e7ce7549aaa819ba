import type { RandomAccess } from '../random-access.ts';
import { openPages } from './pages.ts';
import { parseRow, type SqliteValue } from './row.ts';
import { TableWalk } from './table-walk.ts';

export interface SqliteTableRow {
  readonly id: number;
  /** The first columns, as many as were asked for. */
  readonly values: readonly SqliteValue[];
}

export interface ReadTablesOptions {
  /** By name, how many columns of its rows are read. */
  readonly columns: ReadonlyMap<string, number>;
  /** Rows of a table; what is beyond is not read. */
  readonly mostRows: number;
}

/** Of the schema, and of a row. */
const mostRowBytes = 1024 * 1024;
const mostSchemaRows = 10_000;

/**
 * The rows of small tables of a SQLite database, by the names of the tables; tables that are not there are absent. No SQL is run. Undefined where a
 * page or a row is damaged, or it is no database: half of a table is not told from a whole one.
 * @param log the write-ahead log, where there is one
 */
export async function readSqliteTables(
  source: RandomAccess,
  log: RandomAccess | undefined,
  { columns, mostRows }: ReadTablesOptions,
): Promise<ReadonlyMap<string, readonly SqliteTableRow[]> | undefined> {
  const opened = await openPages(source, log);
  if (!opened.ok || opened.pages.missing > 0) return undefined;
  const { pages } = opened;
  const walk = new TableWalk(pages, mostRowBytes);
  const schema = await readRows(walk, 1, 4, mostSchemaRows);
  if (schema === undefined) return undefined;
  const tables = new Map<string, readonly SqliteTableRow[]>();
  for (const { values } of schema) {
    const [type, name, , root] = values;
    if (type?.kind !== 'text' || name?.kind !== 'text' || root?.kind !== 'integer' || sqliteText(type) !== 'table') continue;
    const key = sqliteText(name).toLowerCase();
    const count = columns.get(key);
    if (count === undefined) continue;
    const rows = await readRows(walk, root.value, count, mostRows);
    if (rows === undefined) return undefined;
    tables.set(key, rows);
  }
  return tables;
}

/** A text as UTF-8, which all that is read here is in. */
export function sqliteText(value: SqliteValue | undefined): string {
  return value?.kind === 'text' ? new TextDecoder().decode(value.bytes) : '';
}

async function readRows(walk: TableWalk, root: number, columns: number, most: number): Promise<readonly SqliteTableRow[] | undefined> {
  const rows: SqliteTableRow[] = [];
  for await (const row of walk.rows(root)) {
    if (row.kind === 'fault') return undefined;
    const values = parseRow(row.payload, columns);
    if (values === undefined) return undefined;
    if (rows.push({ id: row.id, values }) >= most) break;
  }
  return rows;
}
