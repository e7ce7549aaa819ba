import type { StoredWalk } from '../../../contracts/index.ts';
import type { LayerRef } from '../../../core/index.ts';
import type { Database } from '../database.ts';
import { findLayer, readDiagnostics } from './layers.ts';

/** The map of a layer and what its walks met; undefined until a walk gave a map. */
export function layerWalk(database: Database, ref: LayerRef): StoredWalk | undefined {
  const layer = findLayer(database, ref);
  if (layer === undefined) return undefined;
  const map = database.get<{ map: Uint8Array | null }>('SELECT map FROM layer WHERE id = ?', layer)?.map;
  return map ? { map, diagnostics: readDiagnostics(database, layer) } : undefined;
}
