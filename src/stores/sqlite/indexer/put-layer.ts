import type { LayerResult } from '../../../contracts/index.ts';
import type { Database } from '../database.ts';
import { addDiagnostics, joinLayer, putArtifact } from './layers.ts';
import { ensureScanner } from './scanners.ts';

/** Stores a walk. The map is a fact of the layer's bytes: the first one stays. Diagnostics of several walks are all kept. */
export function putLayer(database: Database, result: LayerResult): void {
  const { layer: ref, digest, diffId, map, diagnostics, artifacts } = result;
  const layer = joinLayer(database, new Set([diffId, digest, ref.digest, ref.diffId ?? diffId]));
  if (map) database.run('UPDATE layer SET map = ? WHERE id = ? AND map IS NULL', map, layer);
  addDiagnostics(database, layer, diagnostics);
  for (const artifact of artifacts) {
    putArtifact(database, { layer, scanner: ensureScanner(database, artifact.scanner), asked: 0 }, artifact);
  }
}
