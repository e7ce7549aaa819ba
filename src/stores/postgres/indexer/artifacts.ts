import type { LayerArtifact, ScannerIdentity } from '../../../contracts/index.ts';
import type { LayerRef } from '../../../core/index.ts';
import { unpackJson } from '../../json-body.ts';
import type { Sql } from '../sql.ts';
import { findLayer } from './layers.ts';
import { scannerColumns } from './scanners.ts';

/** What those of the scanners that read the layer found, in the order of the scanners. */
export function layerArtifacts(sql: Sql, ref: LayerRef, scanners: readonly ScannerIdentity[]): Promise<readonly LayerArtifact[]> {
  return readArtifacts(sql, ref, scanners, 0);
}

/** What the scanners found at paths of the layer that other layers' links lead to: one artifact a scanner. */
export function askedArtifacts(sql: Sql, ref: LayerRef, scanners: readonly ScannerIdentity[]): Promise<readonly LayerArtifact[]> {
  return readArtifacts(sql, ref, scanners, 1);
}

async function readArtifacts(
  sql: Sql,
  ref: LayerRef,
  scanners: readonly ScannerIdentity[],
  asked: 0 | 1,
): Promise<readonly LayerArtifact[]> {
  const layer = await findLayer(sql, ref);
  if (layer === undefined) return [];
  const rows = await sql.all<{ body: Uint8Array }>(
    `SELECT a.body FROM unnest($1::text[], $2::bigint[], $3::text[]) WITH ORDINALITY AS s(name, version, kind, position)
     JOIN scanner AS k ON k.name = s.name AND k.version = s.version AND k.kind = s.kind
     JOIN artifact AS a ON a.layer_id = $4 AND a.asked = $5 AND a.scanner_id = k.id
     ORDER BY s.position`,
    [...scannerColumns(scanners), layer, asked],
  );
  return rows.map(({ body }) => unpackJson(body) as LayerArtifact);
}
