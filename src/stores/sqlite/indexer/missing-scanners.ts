import type { ScannerIdentity } from '../../../contracts/index.ts';
import type { LayerRef } from '../../../core/index.ts';
import type { Database } from '../database.ts';
import { findLayer } from './layers.ts';
import { findScanner } from './scanners.ts';

/** Those of the scanners that have not read the layer yet, in the order given. */
export function missingScanners(database: Database, ref: LayerRef, scanners: readonly ScannerIdentity[]): readonly ScannerIdentity[] {
  const layer = findLayer(database, ref);
  if (layer === undefined) return [...scanners];
  const sql = 'SELECT 1 AS found FROM artifact WHERE layer_id = ? AND asked = 0 AND scanner_id = ?';
  return scanners.filter((scanner) => {
    const id = findScanner(database, scanner);
    return id === undefined || !database.get(sql, layer, id);
  });
}
