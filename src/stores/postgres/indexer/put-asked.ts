import type { LayerArtifact } from '../../../contracts/index.ts';
import type { LayerRef } from '../../../core/index.ts';
import type { Sql } from '../sql.ts';
import { ensureLayer, lockLayer, lockLayerNames, putAskedArtifact } from './layers.ts';
import { ensureScanners } from './scanners.ts';

/** Adds what was found at asked paths to what was found at others before. */
export async function putAsked(sql: Sql, ref: LayerRef, artifacts: readonly LayerArtifact[]): Promise<void> {
  await lockLayerNames(sql, 'shared');
  const scanners = await ensureScanners(
    sql,
    artifacts.map(({ scanner }) => scanner),
  );
  const layer = await ensureLayer(sql, ref);
  await lockLayer(sql, layer);
  for (const [index, artifact] of artifacts.entries()) await putAskedArtifact(sql, layer, scanners[index] ?? 0, artifact);
}
