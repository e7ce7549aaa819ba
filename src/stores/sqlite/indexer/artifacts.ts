import type { LayerArtifact, ScannerIdentity } from '../../../contracts/index.ts';
import type { LayerRef } from '../../../core/index.ts';
import type { Database } from '../database.ts';
import { unpackJson } from '../../json-body.ts';
import { findLayer } from './layers.ts';
import { findScanner } from './scanners.ts';

/** What those of the scanners that read the layer found, in the order of the scanners. */
export function layerArtifacts(database: Database, ref: LayerRef, scanners: readonly ScannerIdentity[]): readonly LayerArtifact[] {
  return readArtifacts(database, ref, scanners, 0);
}

/** What the scanners found at paths of the layer that other layers' links lead to: one artifact a scanner. */
export function askedArtifacts(database: Database, ref: LayerRef, scanners: readonly ScannerIdentity[]): readonly LayerArtifact[] {
  return readArtifacts(database, ref, scanners, 1);
}

function readArtifacts(database: Database, ref: LayerRef, scanners: readonly ScannerIdentity[], asked: 0 | 1): readonly LayerArtifact[] {
  const layer = findLayer(database, ref);
  if (layer === undefined) return [];
  const sql = 'SELECT body FROM artifact WHERE layer_id = ? AND asked = ? AND scanner_id = ?';
  return scanners.flatMap((scanner) => {
    const id = findScanner(database, scanner);
    const row = id === undefined ? undefined : database.get<{ body: Uint8Array }>(sql, layer, asked, id);
    return row ? [unpackJson(row.body) as LayerArtifact] : [];
  });
}
