import type { LayerArtifact } from '../../../contracts/index.ts';
import { layerKey, type Diagnostic, type LayerDigest, type LayerRef } from '../../../core/index.ts';
import { packJson, unpackJson } from '../../json-body.ts';
import { mergeAsked, unionByContent } from '../../merge-asked.ts';
import { TransactionConflict } from '../postgres-error.ts';
import type { Sql } from '../sql.ts';

/**
 * Which digests are one layer. Everybody who names layers shares the names; who takes one away or joins rows has them alone:
 * so a row that was found is still there when something is put to it. To be asked for before any row is touched.
 */
export type LayerNames = 'shared' | 'alone';

export async function lockLayerNames(sql: Sql, names: LayerNames): Promise<void> {
  const lock = { shared: 'pg_advisory_xact_lock_shared', alone: 'pg_advisory_xact_lock' }[names];
  await sql.run(`SELECT ${lock}(hashtextextended('claircore layer names', 0))`);
}

/** Locks the names of one layer as it takes to join them. */
export async function lockNamesToJoin(sql: Sql, digests: readonly LayerDigest[]): Promise<LayerNames> {
  const names = (await knownLayers(sql, digests)).length > 1 ? 'alone' : 'shared';
  await lockLayerNames(sql, names);
  return names;
}

/** The row of a layer, by its diffID if that is known, else by its blob's digest. */
export async function findLayer(sql: Sql, ref: LayerRef): Promise<number | undefined> {
  const text = 'SELECT layer_id AS id FROM layer_alias WHERE digest IN ($1, $2) ORDER BY digest <> $1 LIMIT 1';
  return (await sql.get<{ id: number }>(text, [layerKey(ref), ref.digest]))?.id;
}

/** The row of a layer; made under {@link layerKey} alone, for the other digest was not verified yet. */
export async function ensureLayer(sql: Sql, ref: LayerRef): Promise<number> {
  return (await findLayer(sql, ref)) ?? (await joinLayer(sql, [layerKey(ref)], 'shared'));
}

/** One row for all of these digests: rows that were kept under several of them are merged. */
export async function joinLayer(sql: Sql, digests: readonly LayerDigest[], names: LayerNames): Promise<number> {
  const known = await knownLayers(sql, digests);
  if (known.length > 1) return await mergeLayers(sql, digests, names);
  const [kept = await addLayer(sql)] = known;
  // Sorted: two that name the same layer at once wait for each other in one order.
  const text = `INSERT INTO layer_alias(digest, layer_id) SELECT digest, $2 FROM unnest($1::text[]) AS d(digest)
    ORDER BY digest COLLATE "C" ON CONFLICT DO NOTHING RETURNING digest`;
  await sql.run(text, [digests, kept]);
  const [row, ...others] = await knownLayers(sql, digests);
  if (row === kept && others.length === 0) return kept;
  // Somebody else was faster with one of the names.
  if (known.length === 0 && row !== kept && others.length === 0) await sql.run('DELETE FROM layer WHERE id = $1', [kept]);
  return others.length === 0 && row !== undefined ? row : await mergeLayers(sql, digests, names);
}

async function knownLayers(sql: Sql, digests: readonly LayerDigest[]): Promise<readonly number[]> {
  const text = 'SELECT DISTINCT layer_id AS id FROM layer_alias WHERE digest = ANY($1) ORDER BY id';
  return (await sql.all<{ id: number }>(text, [digests])).map(({ id }) => id);
}

async function addLayer(sql: Sql): Promise<number> {
  return (await sql.get<{ id: number }>('INSERT INTO layer DEFAULT VALUES RETURNING id'))?.id ?? 0;
}

/** Rare: a layer was met in two forms before it was seen that they are one. */
async function mergeLayers(sql: Sql, digests: readonly LayerDigest[], names: LayerNames): Promise<number> {
  // Rows appeared since the names were locked. To lock them alone while others share them too would be a deadlock.
  if (names === 'shared') throw new TransactionConflict();
  const [kept = 0, ...others] = await knownLayers(sql, digests);
  for (const other of others) await mergeLayer(sql, kept, other);
  await sql.run('INSERT INTO layer_alias(digest, layer_id) SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING', [digests, kept]);
  return kept;
}

/** Two rows turned out to be one layer: what was known of either is known of the one that is kept. */
async function mergeLayer(sql: Sql, kept: number, other: number): Promise<void> {
  await addDiagnostics(sql, kept, await readDiagnostics(sql, other));
  await sql.run('UPDATE layer SET map = coalesce(map, (SELECT map FROM layer WHERE id = $2)) WHERE id = $1', [kept, other]);
  const asked = 'SELECT scanner_id AS scanner, body FROM artifact WHERE layer_id = $1 AND asked = 1';
  for (const { scanner, body } of await sql.all<{ scanner: number; body: Uint8Array }>(asked, [other])) {
    await putAskedArtifact(sql, kept, scanner, unpackJson(body) as LayerArtifact);
  }
  await sql.run(
    `UPDATE artifact AS a SET layer_id = $1 WHERE layer_id = $2 AND asked = 0
       AND NOT EXISTS (SELECT FROM artifact AS k WHERE k.layer_id = $1 AND k.asked = 0 AND k.scanner_id = a.scanner_id)`,
    [kept, other],
  );
  await sql.run('DELETE FROM artifact WHERE layer_id = $1', [other]);
  await sql.run('UPDATE layer_alias SET layer_id = $1 WHERE layer_id = $2', [kept, other]);
  await sql.run('UPDATE manifest_layer SET layer_id = $1 WHERE layer_id = $2', [kept, other]);
  await sql.run('DELETE FROM layer WHERE id = $1', [other]);
}

/** What is read of the layer and written back changed is nobody else's until the transaction ends. */
export async function lockLayer(sql: Sql, layer: number): Promise<void> {
  await sql.run('SELECT FROM layer WHERE id = $1 FOR UPDATE', [layer]);
}

export async function readDiagnostics(sql: Sql, layer: number): Promise<readonly Diagnostic[]> {
  const row = await sql.get<{ body: Uint8Array | null }>('SELECT diagnostics AS body FROM layer WHERE id = $1', [layer]);
  return row?.body ? (unpackJson(row.body) as readonly Diagnostic[]) : [];
}

export async function addDiagnostics(sql: Sql, layer: number, diagnostics: readonly Diagnostic[]): Promise<void> {
  if (diagnostics.length === 0) return;
  const all = unionByContent(await readDiagnostics(sql, layer), diagnostics);
  await sql.run('UPDATE layer SET diagnostics = $1 WHERE id = $2', [packJson(all, 1), layer]);
}

/** Joined with what was asked of the layer before. */
export async function putAskedArtifact(sql: Sql, layer: number, scanner: number, artifact: LayerArtifact): Promise<void> {
  const text = 'SELECT body FROM artifact WHERE layer_id = $1 AND asked = 1 AND scanner_id = $2';
  const earlier = await sql.get<{ body: Uint8Array }>(text, [layer, scanner]);
  const merged = earlier ? mergeAsked(unpackJson(earlier.body) as LayerArtifact, artifact) : artifact;
  await putArtifact(sql, { layer, scanner, asked: 1 }, merged);
}

export interface ArtifactKey {
  readonly layer: number;
  readonly scanner: number;
  readonly asked: 0 | 1;
}

export async function putArtifact(sql: Sql, key: ArtifactKey, artifact: LayerArtifact): Promise<void> {
  await sql.run(
    `INSERT INTO artifact(layer_id, asked, scanner_id, body) VALUES ($1, $2, $3, $4)
     ON CONFLICT (layer_id, asked, scanner_id) DO UPDATE SET body = excluded.body`,
    [key.layer, key.asked, key.scanner, packJson(artifact, 1)],
  );
}
