import type { ManifestDigest } from '../../../core/index.ts';
import type { Sql } from '../sql.ts';
import { lockLayerNames } from './layers.ts';
import { findManifest } from './manifests.ts';

/** Forgets a manifest, and the layers that are of no other manifest: one that is being indexed has named its layers before it reads them. */
export async function deleteManifest(sql: Sql, digest: ManifestDigest): Promise<boolean> {
  await lockLayerNames(sql, 'alone');
  const manifest = await findManifest(sql, digest);
  if (manifest === undefined) return false;
  const unused = await sql.all<{ id: number }>(
    `SELECT DISTINCT layer_id AS id FROM manifest_layer AS m WHERE manifest_id = $1
       AND NOT EXISTS (SELECT FROM manifest_layer AS o WHERE o.layer_id = m.layer_id AND o.manifest_id <> $1)`,
    [manifest],
  );
  for (const table of ['manifest_layer', 'manifest_scanner', 'manifest_package']) {
    await sql.run(`DELETE FROM ${table} WHERE manifest_id = $1`, [manifest]);
  }
  await sql.run('DELETE FROM manifest WHERE id = $1', [manifest]);
  const layers = unused.map(({ id }) => id);
  await sql.run('DELETE FROM artifact WHERE layer_id = ANY($1::int[])', [layers]);
  await sql.run('DELETE FROM layer_alias WHERE layer_id = ANY($1::int[])', [layers]);
  await sql.run('DELETE FROM layer WHERE id = ANY($1::int[])', [layers]);
  return true;
}
