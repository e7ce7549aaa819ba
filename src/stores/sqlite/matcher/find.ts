import type { AffectedRow, AffectedStatus, PackageQuery } from '../../../contracts/index.ts';
import {
  compareText,
  StoreError,
  type AffectedPackage,
  type ArchOperation,
  type FixState,
  type RawRange,
  type Severity,
} from '../../../core/index.ts';
import { operationRef } from '../../../runtime/index.ts';
import type { Database } from '../database.ts';
import { unfoldNumbers, unfoldWords } from './fold-text.ts';
import { pointerWords, urlWords } from './row-words.ts';

/** The columns of {@link findSql}. */
type FoundRow = readonly [
  query: number,
  advisory: number,
  updater: number,
  part: string,
  name: string,
  aliases: string | null,
  issued: string,
  url: number,
  statement: number,
  place: string,
  packageRow: number,
  exact: number,
  introduced: string | null,
  fixed: string | null,
  lastAffected: string | null,
];

/**
 * One statement for the whole batch, and the way from package to advisory pinned by CROSS JOIN, for the planner does not know that
 * the package is what narrows (97 of 100 ranges have no lower end). What many rows share is given by id, and read once.
 */
const findSql = `
  WITH query AS MATERIALIZED (
    SELECT key AS id, value ->> 0 AS namespace, value ->> 1 AS name, value ->> 2 AS kind, unhex(value ->> 3) AS version
    FROM json_each(?)
  )
  SELECT q.id, v.id, v.updater_id, v.part, v.name, v.aliases, v.issued, v.url_id, a.statement_id, a.place, p.id,
    r.exact, r.introduced, r.fixed, r.last_affected
  FROM query AS q
    CROSS JOIN namespace AS n ON n.key = q.namespace
    CROSS JOIN package AS p ON p.namespace_id = n.id AND p.name = q.name AND p.kind = q.kind
    CROSS JOIN affected AS a ON a.package_id = p.id
    CROSS JOIN range AS r ON r.id = a.range_id
    CROSS JOIN advisory AS v ON v.id = a.advisory_id
  WHERE v.removed_op IS NULL AND (q.version IS NULL OR r.exact = 0 OR (r.lo <= q.version AND q.version < r.hi))`;

/** Inside a read transaction: the current rows that answer the queries, sorted by (query, name, part, advisory). */
export function find(database: Database, queries: readonly PackageQuery[]): readonly AffectedRow[] {
  const json = JSON.stringify(queries.map(({ namespace, name, kind, key }) => [namespace, name, kind, key ? toHex(key) : null]));
  const shared = new SharedParts(database);
  const rows: AffectedRow[] = [];
  for (const found of database.tuples<FoundRow>(findSql, json)) {
    const asked = queries[found[0]];
    if (asked) rows.push(toAffectedRow(found, asked, shared));
  }
  return rows.sort(byOrderOfAnswer);
}

interface StatementRow {
  readonly status: AffectedStatus;
  readonly fixState: FixState;
  readonly severity: string;
  readonly normalizedSeverity: Severity;
  readonly pointer: string;
}

/** What the rows of one answer share, each read when it is first met. */
class SharedParts {
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

function toAffectedRow(found: FoundRow, asked: PackageQuery, shared: SharedParts): AffectedRow {
  const [query, advisory, updaterId, part, name, aliases, issued, url, statementId, place, packageId, exact, introduced, fixed, last] =
    found;
  const updater = shared.updater(updaterId);
  const { status, fixState, severity, normalizedSeverity, pointer } = shared.statement(statementId);
  const range = toRange(introduced, fixed, last);
  const words = pointerWords({ part, name, packageName: asked.name, ...range });
  return {
    query,
    advisory,
    updater: updater.name,
    operation: updater.operation,
    part,
    name,
    aliases: aliases === null ? [] : (JSON.parse(aliases) as readonly string[]),
    issued,
    record: {
      url: unfoldWords(shared.url(url), urlWords({ part, name })),
      pointer: unfoldWords(unfoldNumbers({ template: pointer, numbers: place }), words),
    },
    namespace: asked.namespace,
    package: shared.package(packageId, asked),
    range,
    exact: exact === 1,
    status,
    fixState,
    severity,
    normalizedSeverity,
  };
}

function toRange(introduced: string | null, fixed: string | null, lastAffected: string | null): RawRange {
  // Nearly all are of these two forms.
  if (introduced === null && lastAffected === null) return fixed === null ? {} : { fixed };
  return {
    ...(introduced !== null && { introduced }),
    ...(fixed !== null && { fixed }),
    ...(lastAffected !== null && { lastAffected }),
  };
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

function byOrderOfAnswer(a: AffectedRow, b: AffectedRow): number {
  return a.query - b.query || compareText(a.name, b.name) || compareText(a.part, b.part) || a.advisory - b.advisory;
}
