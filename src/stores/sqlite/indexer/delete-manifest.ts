import type { ManifestDigest } from '../../../core/index.ts';
import type { Database } from '../database.ts';
import { findManifest } from './manifests.ts';

/** Forgets a manifest, and the layers that are of no other manifest: one that is being indexed has named its layers before it reads them. */
export function deleteManifest(database: Database, digest: ManifestDigest): boolean {
  const manifest = findManifest(database, digest);
  if (manifest === undefined) return false;
  const layers = database.all<{ id: number }>('SELECT DISTINCT layer_id AS id FROM manifest_layer WHERE manifest_id = ?', manifest);
  for (const table of ['manifest_layer', 'manifest_scanner', 'manifest_package']) {
    database.run(`DELETE FROM ${table} WHERE manifest_id = ?`, manifest);
  }
  database.run('DELETE FROM manifest WHERE id = ?', manifest);
  for (const { id } of layers) deleteUnusedLayer(database, id);
  return true;
}

function deleteUnusedLayer(database: Database, layer: number): void {
  if (database.get('SELECT 1 FROM manifest_layer WHERE layer_id = ? LIMIT 1', layer)) return;
  database.run('DELETE FROM artifact WHERE layer_id = ?', layer);
  database.run('DELETE FROM layer_alias WHERE layer_id = ?', layer);
  database.run('DELETE FROM layer WHERE id = ?', layer);
}
