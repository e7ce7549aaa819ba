import type { Manifest, ManifestDigest } from '../../../core/index.ts';
import type { Database } from '../database.ts';
import { ensureLayer } from './layers.ts';

export function findManifest(database: Database, digest: ManifestDigest): number | undefined {
  return database.get<{ id: number }>('SELECT id FROM manifest WHERE digest = ?', digest)?.id;
}

export function ensureManifest(database: Database, digest: ManifestDigest): number {
  database.run('INSERT OR IGNORE INTO manifest(digest) VALUES (?)', digest);
  return findManifest(database, digest) ?? 0;
}

/** Remembers a manifest and the order of its layers. */
export function putManifest(database: Database, manifest: Manifest): void {
  const id = ensureManifest(database, manifest.digest);
  database.run('DELETE FROM manifest_layer WHERE manifest_id = ?', id);
  for (const [position, layer] of manifest.layers.entries()) {
    const sql = 'INSERT INTO manifest_layer(manifest_id, position, layer_id) VALUES (?, ?, ?)';
    database.run(sql, id, position, ensureLayer(database, layer));
  }
}
