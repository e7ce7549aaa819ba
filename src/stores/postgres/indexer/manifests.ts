import { compareText, layerKey, type LayerDigest, type Manifest, type ManifestDigest } from '../../../core/index.ts';
import type { Sql } from '../sql.ts';
import { ensureLayer, lockLayerNames } from './layers.ts';

export async function findManifest(sql: Sql, digest: ManifestDigest): Promise<number | undefined> {
  return (await sql.get<{ id: number }>('SELECT id FROM manifest WHERE digest = $1', [digest]))?.id;
}

export async function ensureManifest(sql: Sql, digest: ManifestDigest): Promise<number> {
  const known = await findManifest(sql, digest);
  if (known !== undefined) return known;
  await sql.run('INSERT INTO manifest(digest) VALUES ($1) ON CONFLICT DO NOTHING', [digest]);
  return (await findManifest(sql, digest)) ?? 0;
}

/** Remembers a manifest and the order of its layers. */
export async function putManifest(sql: Sql, manifest: Manifest): Promise<void> {
  await lockLayerNames(sql, 'shared');
  const id = await ensureManifest(sql, manifest.digest);
  const layers = new Map<LayerDigest, number>();
  // Sorted: two images that bring the same new layers wait for each other in one order.
  for (const ref of [...manifest.layers].sort((a, b) => compareText(layerKey(a), layerKey(b)))) {
    layers.set(layerKey(ref), await ensureLayer(sql, ref));
  }
  await sql.run('DELETE FROM manifest_layer WHERE manifest_id = $1', [id]);
  await sql.run(
    'INSERT INTO manifest_layer(manifest_id, position, layer_id) SELECT $1, position, id FROM unnest($2::int[]) WITH ORDINALITY AS l(id, position)',
    [id, manifest.layers.map((ref) => layers.get(layerKey(ref)))],
  );
}
