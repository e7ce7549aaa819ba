import type { LayerResult } from '../../../contracts/index.ts';
import type { Sql } from '../sql.ts';
import { addDiagnostics, joinLayer, lockLayer, lockNamesToJoin, putArtifact } from './layers.ts';
import { ensureScanners } from './scanners.ts';

/** Stores a walk. The map is a fact of the layer's bytes: the first one stays. Diagnostics of several walks are all kept. */
export async function putLayer(sql: Sql, result: LayerResult): Promise<void> {
  const { layer: ref, digest, diffId, map, diagnostics, artifacts } = result;
  const digests = [...new Set([diffId, digest, ref.digest, ref.diffId ?? diffId])];
  const names = await lockNamesToJoin(sql, digests);
  const scanners = await ensureScanners(
    sql,
    artifacts.map(({ scanner }) => scanner),
  );
  const layer = await joinLayer(sql, digests, names);
  await lockLayer(sql, layer);
  if (map) await sql.run('UPDATE layer SET map = $1 WHERE id = $2 AND map IS NULL', [map, layer]);
  await addDiagnostics(sql, layer, diagnostics);
  for (const [index, artifact] of artifacts.entries()) {
    await putArtifact(sql, { layer, scanner: scanners[index] ?? 0, asked: 0 }, artifact);
  }
}
