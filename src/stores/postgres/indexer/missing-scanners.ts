import type { ScannerIdentity } from '../../../contracts/index.ts';
import type { LayerRef } from '../../../core/index.ts';
import type { Sql } from '../sql.ts';
import { findLayer } from './layers.ts';
import { scannerColumns } from './scanners.ts';

/** Those of the scanners that have not read the layer yet, in the order given. */
export async function missingScanners(sql: Sql, ref: LayerRef, scanners: readonly ScannerIdentity[]): Promise<readonly ScannerIdentity[]> {
  const layer = await findLayer(sql, ref);
  if (layer === undefined) return [...scanners];
  const rows = await sql.all<{ position: number }>(
    `SELECT s.position FROM unnest($1::text[], $2::bigint[], $3::text[]) WITH ORDINALITY AS s(name, version, kind, position)
     JOIN scanner AS k ON k.name = s.name AND k.version = s.version AND k.kind = s.kind
     JOIN artifact AS a ON a.layer_id = $4 AND a.asked = 0 AND a.scanner_id = k.id`,
    [...scannerColumns(scanners), layer],
  );
  const read = new Set(rows.map(({ position }) => position));
  return scanners.filter((_, index) => !read.has(index + 1));
}
