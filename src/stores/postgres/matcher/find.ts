import type { AffectedRow, PackageQuery } from '../../../contracts/index.ts';
import { byOrderOfAnswer, toAffectedRow, type FoundRow } from '../../affected-row.ts';
import type { Sql } from '../sql.ts';
import { identity, toHex } from './identity.ts';
import { lookUpSettings } from './look-up-settings.ts';
import type { SharedPartsCache } from './shared-parts.ts';
import { fromStoredText } from './stored-text.ts';

/**
 * One statement for the whole batch (see look-up-settings.ts for its form). What many rows share is given by id: of that, nearly all is in
 * memory.
 */
const findSql = `
  SELECT (q.index - 1)::int, v.id, v.updater_id, v.part, v.name, v.aliases, v.issued, v.url_id, a.statement_id, a.place, a.package_id,
    r.exact, r.introduced, r.fixed, r.last_affected
  FROM unnest($1::uuid[], $2::bytea[]) WITH ORDINALITY AS q(question, version, index)
    CROSS JOIN LATERAL (SELECT id FROM package WHERE question = q.question OFFSET 0) AS p
    CROSS JOIN LATERAL (SELECT * FROM affected WHERE package_id = p.id OFFSET 0) AS a
    CROSS JOIN LATERAL (
      SELECT * FROM version_range WHERE id = a.range_id AND (q.version IS NULL OR exact = 0 OR (lo <= q.version AND q.version < hi)) OFFSET 0
    ) AS r
    CROSS JOIN LATERAL (SELECT * FROM advisory WHERE id = a.advisory_id AND removed_op IS NULL OFFSET 0) AS v`;

/** The current rows that answer the queries, sorted by (query, name, part, advisory). */
export async function find(sql: Sql, queries: readonly PackageQuery[], cache: SharedPartsCache): Promise<readonly AffectedRow[]> {
  if (queries.length === 0) return [];
  const questions = queries.map(({ namespace, name, kind }) => identity(namespace, name, kind));
  const versions = queries.map(({ key }) => (key ? `"\\\\x${toHex(key)}"` : 'NULL'));
  await sql.run(lookUpSettings);
  const found = await sql.tuples<FoundRow>(findSql, [`{${questions.join(',')}}`, `{${versions.join(',')}}`]);
  const shared = await cache.load(sql, found);
  const rows: AffectedRow[] = [];
  for (const row of found) {
    const asked = queries[row[0]];
    if (asked) rows.push(toAffectedRow(unescaped(row), asked, shared));
  }
  return rows.sort(byOrderOfAnswer);
}

function unescaped(row: FoundRow): FoundRow {
  const [query, advisory, updater, part, name, aliases, issued, url, statement, place, ofPackage, exact, ...range] = row;
  const text = (stored: string | null): string | null => (stored === null ? null : fromStoredText(stored));
  return [
    query,
    advisory,
    updater,
    fromStoredText(part),
    fromStoredText(name),
    text(aliases),
    fromStoredText(issued),
    url,
    statement,
    place,
    ofPackage,
    exact,
    text(range[0]),
    text(range[1]),
    text(range[2]),
  ];
}
