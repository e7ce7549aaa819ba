import type { ScannerIdentity } from '../../../contracts/index.ts';
import type { Sql } from '../sql.ts';

/** Scanners as parameters of a statement: its `$n` to `$n+2`. */
export function scannerColumns(scanners: readonly ScannerIdentity[]): readonly (readonly (string | number)[])[] {
  return [scanners.map(({ name }) => name), scanners.map(({ version }) => version), scanners.map(({ kind }) => kind)];
}

/**
 * The rows of the scanners, made where there are none, in the order given.
 * In one statement and sorted, before anything else of a transaction: two that bring the same new ones wait for each other in one order.
 */
export async function ensureScanners(sql: Sql, scanners: readonly ScannerIdentity[]): Promise<readonly number[]> {
  const columns = scannerColumns(scanners);
  await sql.run(
    `INSERT INTO scanner(name, version, kind)
     SELECT DISTINCT name, version, kind FROM unnest($1::text[], $2::bigint[], $3::text[]) AS s(name, version, kind)
     WHERE NOT EXISTS (SELECT FROM scanner AS k WHERE k.name = s.name AND k.version = s.version AND k.kind = s.kind)
     ORDER BY name, version, kind
     ON CONFLICT DO NOTHING`,
    columns,
  );
  const rows = await sql.all<{ id: number }>(
    `SELECT k.id FROM unnest($1::text[], $2::bigint[], $3::text[]) WITH ORDINALITY AS s(name, version, kind, position)
     JOIN scanner AS k ON k.name = s.name AND k.version = s.version AND k.kind = s.kind ORDER BY s.position`,
    columns,
  );
  return rows.map(({ id }) => id);
}
