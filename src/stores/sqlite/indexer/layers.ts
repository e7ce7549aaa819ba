import type { LayerDigest, LayerRef } from '../../../core/index.ts';
import { layerKey, type Diagnostic } from '../../../core/index.ts';
import type { LayerArtifact } from '../../../contracts/index.ts';
import { mergeAsked, unionByContent } from '../../merge-asked.ts';
import type { Database } from '../database.ts';
import { packJson, unpackJson } from '../../json-body.ts';

/** The row of a layer, by its diffID if that is known, else by its blob's digest. */
export function findLayer(database: Database, ref: LayerRef): number | undefined {
  const sql = 'SELECT layer_id AS id FROM layer_alias WHERE digest = ?';
  const byKey = database.get<{ id: number }>(sql, layerKey(ref));
  return (byKey ?? database.get<{ id: number }>(sql, ref.digest))?.id;
}

/** The row of a layer; made under {@link layerKey} alone, for the other digest was not verified yet. */
export function ensureLayer(database: Database, ref: LayerRef): number {
  return findLayer(database, ref) ?? addLayer(database, [layerKey(ref)]);
}

/** One row for all of these digests: rows that were kept under several of them are merged. */
export function joinLayer(database: Database, digests: ReadonlySet<LayerDigest>): number {
  const known = new Set<number>();
  for (const digest of digests) {
    const row = database.get<{ id: number }>('SELECT layer_id AS id FROM layer_alias WHERE digest = ?', digest);
    if (row) known.add(row.id);
  }
  const [kept, ...others] = known;
  if (kept === undefined) return addLayer(database, digests);
  for (const other of others) mergeLayer(database, kept, other);
  nameLayer(database, kept, digests);
  return kept;
}

function addLayer(database: Database, digests: Iterable<LayerDigest>): number {
  const row = database.get<{ id: number }>('INSERT INTO layer DEFAULT VALUES RETURNING id');
  const id = row?.id ?? 0;
  nameLayer(database, id, digests);
  return id;
}

function nameLayer(database: Database, id: number, digests: Iterable<LayerDigest>): void {
  for (const digest of digests) database.run('INSERT OR IGNORE INTO layer_alias(digest, layer_id) VALUES (?, ?)', digest, id);
}

/** Two rows turned out to be one layer: what was known of either is known of the one that is kept. */
function mergeLayer(database: Database, kept: number, other: number): void {
  addDiagnostics(database, kept, readDiagnostics(database, other));
  database.run('UPDATE layer SET map = ifnull(map, (SELECT map FROM layer WHERE id = ?2)) WHERE id = ?1', kept, other);
  const sql = 'SELECT scanner_id AS scanner, body FROM artifact WHERE layer_id = ? AND asked = 1';
  for (const { scanner, body } of database.all<{ scanner: number; body: Uint8Array }>(sql, other)) {
    putAskedArtifact(database, kept, scanner, unpackJson(body) as LayerArtifact);
  }
  database.run('UPDATE OR IGNORE artifact SET layer_id = ? WHERE layer_id = ? AND asked = 0', kept, other);
  database.run('DELETE FROM artifact WHERE layer_id = ?', other);
  database.run('UPDATE layer_alias SET layer_id = ? WHERE layer_id = ?', kept, other);
  database.run('UPDATE manifest_layer SET layer_id = ? WHERE layer_id = ?', kept, other);
  database.run('DELETE FROM layer WHERE id = ?', other);
}

export function readDiagnostics(database: Database, layer: number): readonly Diagnostic[] {
  const row = database.get<{ body: Uint8Array | null }>('SELECT diagnostics AS body FROM layer WHERE id = ?', layer);
  return row?.body ? (unpackJson(row.body) as readonly Diagnostic[]) : [];
}

export function addDiagnostics(database: Database, layer: number, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  const all = unionByContent(readDiagnostics(database, layer), diagnostics);
  database.run('UPDATE layer SET diagnostics = ? WHERE id = ?', packJson(all, 1), layer);
}

/** Joined with what was asked of the layer before. */
export function putAskedArtifact(database: Database, layer: number, scanner: number, artifact: LayerArtifact): void {
  const sql = 'SELECT body FROM artifact WHERE layer_id = ? AND asked = 1 AND scanner_id = ?';
  const earlier = database.get<{ body: Uint8Array }>(sql, layer, scanner);
  putArtifact(database, { layer, scanner, asked: 1 }, earlier ? mergeAsked(unpackJson(earlier.body) as LayerArtifact, artifact) : artifact);
}

export interface ArtifactKey {
  readonly layer: number;
  readonly scanner: number;
  readonly asked: 0 | 1;
}

export function putArtifact(database: Database, key: ArtifactKey, artifact: LayerArtifact): void {
  database.run(
    `INSERT INTO artifact(layer_id, asked, scanner_id, body) VALUES (?, ?, ?, ?)
     ON CONFLICT(layer_id, asked, scanner_id) DO UPDATE SET body = excluded.body`,
    key.layer,
    key.asked,
    key.scanner,
    packJson(artifact, 1),
  );
}
