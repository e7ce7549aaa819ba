import type { PackageQuery } from '../../../contracts/index.ts';
import { StoreError, type AffectedPackage, type ArchOperation } from '../../../core/index.ts';
import { operationRef } from '../../../runtime/index.ts';
import type { SharedParts, StatementRow } from '../../affected-row.ts';
import type { Sql } from '../sql.ts';
import { fromStoredText } from './stored-text.ts';

/** Characters of each kind that are remembered, and what a row counts beside its own: some 60,000 rows as real feeds have them. */
const mostCharacters = 16_000_000;
const charactersOfRow = 150;

interface PackageRow {
  readonly module: string;
  readonly arch: string;
  readonly archOperation: ArchOperation;
}

/** What a range says beside its keys, and those of them that are too long to be searched by. */
export interface RangeRow {
  readonly exact: number;
  readonly introduced: string | null;
  readonly fixed: string | null;
  readonly lastAffected: string | null;
  readonly longLo: Uint8Array | null;
  readonly longHi: Uint8Array | null;
}

/** What rows share, by id. */
export interface SharedPartsOfRows extends SharedParts {
  advisory(id: number): AdvisoryRow;
  range(id: number): RangeRow;
}

interface UpdaterRow {
  readonly name: string;
  readonly operation: string;
}

/** What never changes of an advisory. */
export interface AdvisoryRow {
  readonly updater: number;
  readonly part: string;
  readonly name: string;
  readonly aliases: string | null;
  readonly issued: string;
}

/** What the search gives of a row: ids, and the numbers of its pointer. */
export type IdsOfRow = readonly [
  query: number,
  advisory: number,
  url: number,
  statement: number,
  place: string,
  packageRow: number,
  range: number,
];

/**
 * What rows share, by its ids. Nothing of it ever changes, and no id is given twice: it is read once and remembered, whoever else writes.
 * Only what updaters loaded last is asked for each time.
 */
export class SharedPartsCache {
  readonly #urls = new RowCache<{ readonly url: string }>('SELECT id, url FROM url WHERE id = ANY($1::int[])');
  readonly #statements = new RowCache<StatementRow>(
    `SELECT id, status, fix_state AS "fixState", severity, normalized_severity AS "normalizedSeverity", pointer
     FROM statement WHERE id = ANY($1::int[])`,
  );
  readonly #packages = new RowCache<PackageRow>(
    'SELECT id, module, arch, arch_operation AS "archOperation" FROM package WHERE id = ANY($1::int[])',
  );

  readonly #ranges = new RowCache<RangeRow>(
    `SELECT id, exact, introduced, fixed, last_affected AS "lastAffected", long_lo AS "longLo", long_hi AS "longHi"
     FROM version_range WHERE id = ANY($1::int[])`,
  );

  readonly #advisories = new RowCache<AdvisoryRow>(
    'SELECT id, updater_id AS updater, part, name, aliases, issued FROM advisory WHERE id = ANY($1::int[])',
  );

  /** In the transaction in which the rows were found. */
  async load(sql: Sql, rows: readonly IdsOfRow[]): Promise<SharedPartsOfRows> {
    const advisories = await this.#advisories.load(sql, new Set(rows.map((row) => row[1])));
    const urls = await this.#urls.load(sql, new Set(rows.map((row) => row[2])));
    const statements = await this.#statements.load(sql, new Set(rows.map((row) => row[3])));
    const packages = await this.#packages.load(sql, new Set(rows.map((row) => row[5])));
    const ranges = await this.#ranges.load(sql, new Set(rows.map((row) => row[6])));
    const updaters = await readUpdaters(sql, advisories.values());
    const unfolded = new Map<number, AffectedPackage>();
    return {
      updater: (id) => present(updaters.get(id)),
      url: (id) => present(urls.get(id)).url,
      statement: (id) => present(statements.get(id)),
      advisory: (id) => present(advisories.get(id)),
      range: (id) => present(ranges.get(id)),
      package: (id, asked) => unfolded.get(id) ?? remember(unfolded, id, toPackage(present(packages.get(id)), asked)),
    };
  }
}

async function readUpdaters(sql: Sql, advisories: Iterable<AdvisoryRow>): Promise<ReadonlyMap<number, UpdaterRow>> {
  const ids = [...new Set(Array.from(advisories, ({ updater }) => updater))];
  if (ids.length === 0) return new Map();
  const text = 'SELECT id, name, body_digest AS digest FROM updater WHERE id = ANY($1::int[])';
  const found = await sql.all<{ id: number; name: string; digest: string | null }>(text, [ids]);
  return new Map(
    found.map(({ id, name: stored, digest }) => {
      const name = fromStoredText(stored);
      return [id, { name, operation: operationRef(name, fromStoredText(digest ?? '')) }];
    }),
  );
}

function toPackage({ module, arch, archOperation }: PackageRow, { name, kind }: PackageQuery): AffectedPackage {
  return { name, kind, module, arch, archOperation };
}

function remember<V>(map: Map<number, V>, id: number, value: V): V {
  map.set(id, value);
  return value;
}

function present<Row>(row: Row | undefined): Row {
  if (!row) throw new StoreError('STORE_CORRUPT', {});
  return row;
}

/** Rows of one table by id, as far as they are remembered. */
class RowCache<Row extends object> {
  readonly #text: string;
  #known = new Map<number, Row>();
  #characters = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** All of the ids that there are. */
  async load(sql: Sql, ids: ReadonlySet<number>): Promise<ReadonlyMap<number, Row>> {
    // A map of its own: while this one waits, another answer may make the cache forget.
    const answer = new Map<number, Row>();
    const missing: number[] = [];
    for (const id of ids) {
      const row = this.#known.get(id);
      if (row) answer.set(id, row);
      else missing.push(id);
    }
    if (missing.length === 0) return answer;
    const rows = await sql.all<Row & { readonly id: number }>(this.#text, [`{${missing.join(',')}}`]);
    for (const stored of rows) {
      const row = unescapedRow(stored);
      answer.set(stored.id, row);
      this.#remember(stored.id, row);
    }
    return answer;
  }

  #remember(id: number, row: Row): void {
    const characters = lengthOf(row);
    if (this.#characters + characters > mostCharacters) {
      this.#known = new Map();
      this.#characters = 0;
    }
    if (characters > mostCharacters / 100) return;
    this.#known.set(id, row);
    this.#characters += characters;
  }
}

function lengthOf(row: object): number {
  let length = charactersOfRow;
  for (const value of Object.values(row)) if (typeof value === 'string' || value instanceof Uint8Array) length += value.length;
  return length;
}

/** The same row with its texts as they were before they were stored. */
function unescapedRow<Row extends object>(row: Row): Row {
  const entries = Object.entries(row).map(([column, value]) => [
    column,
    typeof value === 'string' ? fromStoredText(value) : (value as unknown),
  ]);
  return Object.fromEntries(entries) as Row;
}
