import type { StoredWalk } from '../../../contracts/index.ts';
import type { LayerRef } from '../../../core/index.ts';
import type { Sql } from '../sql.ts';
import { findLayer, readDiagnostics } from './layers.ts';

/** The map of a layer and what its walks met; undefined until a walk gave a map. */
export async function layerWalk(sql: Sql, ref: LayerRef): Promise<StoredWalk | undefined> {
  const layer = await findLayer(sql, ref);
  if (layer === undefined) return undefined;
  const map = (await sql.get<{ map: Uint8Array | null }>('SELECT map FROM layer WHERE id = $1', [layer]))?.map;
  return map ? { map, diagnostics: await readDiagnostics(sql, layer) } : undefined;
}
