import type { AffectedRow, PackageQuery } from '../../../contracts/index.ts';
import { byOrderOfAnswer, toAffectedRow, type FoundRow } from '../../affected-row.ts';
import type { Sql } from '../sql.ts';
import { identity, toHex } from './identity.ts';
import { isWithin } from './key-bounds.ts';
import { lookUpSettings } from './look-up-settings.ts';
import type { AdvisoryRow, IdsOfRow, RangeRow, SharedPartsCache } from './shared-parts.ts';

/**
 * One statement for the whole batch (see look-up-settings.ts for its form): of a package only the rows above the version's place in the
 * order of upper ends are read. What many rows share is given by id: of that, nearly all is in memory.
 */
const findSql = `
  SELECT (q.index - 1)::int, a.advisory_id, a.url_id, a.statement_id, a.place, a.package_id, a.range_id
  FROM unnest($1::uuid[], $2::bytea[]) WITH ORDINALITY AS q(question, version, index)
    CROSS JOIN LATERAL (SELECT id FROM package WHERE question = q.question OFFSET 0) AS p
    CROSS JOIN LATERAL (
      SELECT * FROM affected WHERE q.version IS NOT NULL AND package_id = p.id AND hi > q.version AND lo <= q.version
      UNION ALL SELECT * FROM affected WHERE q.version IS NULL AND package_id = p.id OFFSET 0
    ) AS a`;

/** The current rows that answer the queries, sorted by (query, name, part, advisory). */
export async function find(sql: Sql, queries: readonly PackageQuery[], cache: SharedPartsCache): Promise<readonly AffectedRow[]> {
  if (queries.length === 0) return [];
  const questions = queries.map(({ namespace, name, kind }) => identity(namespace, name, kind));
  const versions = queries.map(({ key }) => (key ? `"\\\\x${toHex(key)}"` : 'NULL'));
  await sql.run(lookUpSettings);
  const found = await sql.tuples<IdsOfRow>(findSql, [`{${questions.join(',')}}`, `{${versions.join(',')}}`]);
  const shared = await cache.load(sql, found);
  const rows: AffectedRow[] = [];
  for (const row of found) {
    const [asked, range] = [queries[row[0]], shared.range(row[6])];
    if (asked && isWithin(asked.key, range)) rows.push(toAffectedRow(toFoundRow(row, shared.advisory(row[1]), range), asked, shared));
  }
  return rows.sort(byOrderOfAnswer);
}

function toFoundRow(row: IdsOfRow, said: AdvisoryRow, range: RangeRow): FoundRow {
  const [query, advisory, url, statement, place, packageRow] = row;
  const { updater, part, name, aliases, issued } = said;
  const { exact, introduced, fixed, lastAffected } = range;
  return [query, advisory, updater, part, name, aliases, issued, url, statement, place, packageRow, exact, introduced, fixed, lastAffected];
}
