import type { AffectedRow, PackageQuery } from '../../../contracts/index.ts';
import { StoreError, type AffectedPackage, type ArchOperation } from '../../../core/index.ts';
import { operationRef } from '../../../runtime/index.ts';
import { byOrderOfAnswer, toAffectedRow, type FoundRow, type SharedParts, type StatementRow } from '../../affected-row.ts';
import type { Database } from '../database.ts';

/**
 * One statement for the whole batch, and the way from package to advisory pinned by CROSS JOIN, for the planner does not know that
 * the package is what narrows (97 of 100 ranges have no lower end). The upper end is compared first: it is what most rows fail by.
 * Versions are read of packages that some feed knows, the fewer part. What many rows share is given by id, and read once.
 */
const findSql = `
  WITH query AS MATERIALIZED (
    SELECT q.key AS id, p.id AS package, unhex(q.value ->> 3) AS version
    FROM json_each(?) AS q
      CROSS JOIN namespace AS n ON n.key = q.value ->> 0
      CROSS JOIN package AS p ON p.namespace_id = n.id AND p.name = q.value ->> 1 AND p.kind = q.value ->> 2
  )
  SELECT q.id, v.id, v.updater_id, v.part, v.name, v.aliases, v.issued, v.url_id, a.statement_id, a.place, q.package,
    r.exact, r.introduced, r.fixed, r.last_affected
  FROM query AS q
    CROSS JOIN affected AS a ON a.package_id = q.package
    CROSS JOIN range AS r ON r.id = a.range_id
    CROSS JOIN advisory AS v ON v.id = a.advisory_id
  WHERE ((q.version < r.hi AND r.lo <= q.version) OR q.version IS NULL OR r.exact = 0) AND v.removed_op IS NULL`;

/** Inside a read transaction: the current rows that answer the queries, sorted by (query, name, part, advisory). */
export function find(database: Database, queries: readonly PackageQuery[]): readonly AffectedRow[] {
  const json = JSON.stringify(queries.map(({ namespace, name, kind, key }) => [namespace, name, kind, key ? toHex(key) : null]));
  const shared = new StoredParts(database);
  const rows: AffectedRow[] = [];
  for (const found of database.tuples<FoundRow>(findSql, json)) {
    const asked = queries[found[0]];
    if (asked) rows.push(toAffectedRow(found, asked, shared));
  }
  return rows.sort(byOrderOfAnswer);
}

/** What the rows of one answer share, each read when it is first met. */
class StoredParts implements SharedParts {
  readonly #database: Database;
  readonly #updaters = new Map<number, { readonly name: string; readonly operation: string }>();
  readonly #urls = new Map<number, string>();
  readonly #statements = new Map<number, StatementRow>();
  readonly #packages = new Map<number, AffectedPackage>();

  constructor(database: Database) {
    this.#database = database;
  }

  updater(id: number): { readonly name: string; readonly operation: string } {
    const known = this.#updaters.get(id);
    if (known) return known;
    const sql = 'SELECT name, body_digest AS digest FROM updater WHERE id = ?';
    const row = this.#present(this.#database.get<{ name: string; digest: string | null }>(sql, id));
    const updater = { name: row.name, operation: operationRef(row.name, row.digest ?? '') };
    this.#updaters.set(id, updater);
    return updater;
  }

  url(id: number): string {
    const known = this.#urls.get(id);
    if (known !== undefined) return known;
    const { url } = this.#present(this.#database.get<{ url: string }>('SELECT url FROM url WHERE id = ?', id));
    this.#urls.set(id, url);
    return url;
  }

  statement(id: number): StatementRow {
    const known = this.#statements.get(id);
    if (known) return known;
    const sql = `SELECT status, fix_state AS fixState, severity, normalized_severity AS normalizedSeverity, pointer FROM statement WHERE id = ?`;
    const statement = this.#present(this.#database.get<StatementRow>(sql, id));
    this.#statements.set(id, statement);
    return statement;
  }

  package(id: number, { name, kind }: PackageQuery): AffectedPackage {
    const known = this.#packages.get(id);
    if (known) return known;
    const sql = 'SELECT module, arch, arch_operation AS archOperation FROM package WHERE id = ?';
    const row = this.#present(this.#database.get<{ module: string; arch: string; archOperation: ArchOperation }>(sql, id));
    const found = { name, kind, module: row.module, arch: row.arch, archOperation: row.archOperation };
    this.#packages.set(id, found);
    return found;
  }

  #present<Row>(row: Row | undefined): Row {
    if (!row) throw new StoreError('STORE_CORRUPT', { path: this.#database.path });
    return row;
  }
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}
