import { databaseFault, recordFault, type RpmDatabaseItem, type RpmDatabaseLimits, type RpmFault } from '../item.ts';
import type { RandomAccess } from '../random-access.ts';
import { openPages } from './pages.ts';
import { parseRow } from './row.ts';
import { TableWalk } from './table-walk.ts';

/** The table of headers, and the bytes of a row of the schema that are read. */
const table = 'packages';
const mostSchemaBytes = 1024 * 1024;

/**
 * Reads the records of rpm's SQLite database (`rpmdb.sqlite`), with its write-ahead log: the rows of the one table that holds headers, as
 * they lie in the file. No SQL is run: views, triggers, virtual tables and whatever else a schema may hold are bytes here.
 */
export async function* readSqlite(
  source: RandomAccess,
  log: RandomAccess | undefined,
  limits: RpmDatabaseLimits,
): AsyncGenerator<RpmDatabaseItem> {
  const opened = await openPages(source, log);
  if (!opened.ok) return void (yield databaseFault(opened.reason));
  const { pages } = opened;
  if (pages.missing > 0) yield databaseFault('the file ends before its last page', { page: pages.count });
  const schema = new TableWalk(pages, mostSchemaBytes);
  const { root, others, faults } = await findTable(schema);
  yield* faults;
  if (root === undefined) return void (yield databaseFault('the database has no table of packages'));
  for await (const row of new TableWalk(pages, limits.headerBytes, schema).rows(root)) {
    if (row.kind === 'fault') {
      yield row;
      continue;
    }
    // The first column is the number, which SQLite keeps as the row's id.
    const blob = parseRow(row.payload, 2)?.[1];
    if (blob?.kind === 'blob') yield { kind: 'record', number: row.id, blob: blob.bytes };
    else yield recordFault('a row holds no header', { number: row.id });
  }
  for (const other of others) if (!schema.take(other)) yield databaseFault('two tables have one page', { page: other });
}

const mostSchemaFaults = 100;

interface FoundTable {
  readonly root: number | undefined;
  /** The first pages of all other tables and indexes. */
  readonly others: readonly number[];
  readonly faults: readonly RpmFault[];
}

/** Reads the schema: rows of type, name, table's name, root page, SQL (sqlite.org/schematab.html). */
async function findTable(walk: TableWalk): Promise<FoundTable> {
  const faults: RpmFault[] = [];
  const others: number[] = [];
  let root: number | undefined;
  for await (const row of walk.rows(1)) {
    if (row.kind === 'fault') {
      if (faults.push(row) >= mostSchemaFaults) break;
      continue;
    }
    const [type, name, , page] = parseRow(row.payload, 4) ?? [];
    if (type?.kind !== 'text' || name?.kind !== 'text' || page?.kind !== 'integer') continue;
    const isTable = textOf(type.bytes) === 'table' && textOf(name.bytes).toLowerCase() === table;
    if (isTable && root === undefined) root = page.value;
    // Views and triggers have no pages.
    else if (page.value !== 0 && others.length < mostTables) others.push(page.value);
  }
  return { root, others, faults };
}

/** rpm has about forty, indexes counted. */
const mostTables = 10_000;

/** SQLite has UTF-8 or UTF-16; the names that are looked for are ASCII in either. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 64)).replaceAll('\0', '');
}
