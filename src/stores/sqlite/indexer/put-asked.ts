import type { LayerArtifact } from '../../../contracts/index.ts';
import type { LayerRef } from '../../../core/index.ts';
import type { Database } from '../database.ts';
import { ensureLayer, putAskedArtifact } from './layers.ts';
import { ensureScanner } from './scanners.ts';

/** Adds what was found at asked paths to what was found at others before. */
export function putAsked(database: Database, ref: LayerRef, artifacts: readonly LayerArtifact[]): void {
  const layer = ensureLayer(database, ref);
  for (const artifact of artifacts) putAskedArtifact(database, layer, ensureScanner(database, artifact.scanner), artifact);
}
