import { createHash } from 'node:crypto';
import type { IndexReport, Package } from '../../../core/index.ts';
import { plainText } from '../plain-text.ts';
import type { Sql } from '../sql.ts';
import { ensureManifest } from './manifests.ts';

/** Bytes of a package's hash that are kept. */
const hashLength = 16;

interface HashedPackage {
  readonly hash: Buffer;
  readonly columns: readonly string[];
}

/** Makes the packages of the report findable by name, in place of what was findable of the manifest before. */
export async function indexManifest(sql: Sql, report: IndexReport): Promise<void> {
  const manifest = await ensureManifest(sql, report.manifestHash);
  // Sorted: two images that bring the same new packages wait for each other in one order.
  const packages = [...report.packages.values()].map(hashed).sort((a, b) => Buffer.compare(a.hash, b.hash));
  const hashes = packages.map(({ hash }) => hash);
  const columns = [0, 1, 2, 3, 4, 5].map((column) => packages.map((entry) => entry.columns[column]));
  // What is known already is left out at once: an insert that meets it would use up an id.
  await sql.run(
    `INSERT INTO indexed_package(hash, name, version, kind, arch, module, source_name)
     SELECT DISTINCT ON (hash) p.* FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
       AS p(hash, name, version, kind, arch, module, source_name)
     WHERE NOT EXISTS (SELECT FROM indexed_package AS k WHERE k.hash = p.hash)
     ORDER BY hash
     ON CONFLICT DO NOTHING`,
    [hashes, ...columns],
  );
  await sql.run('DELETE FROM manifest_package WHERE manifest_id = $1', [manifest]);
  await sql.run(
    `INSERT INTO manifest_package(manifest_id, package_id)
     SELECT $1, id FROM indexed_package WHERE hash = ANY($2::bytea[]) ON CONFLICT DO NOTHING`,
    [manifest, hashes],
  );
}

function hashed({ name, version, kind, arch, module, source }: Package): HashedPackage {
  const columns = [name, version, kind, arch, module, source?.name ?? ''].map(plainText);
  return { hash: createHash('sha256').update(JSON.stringify(columns)).digest().subarray(0, hashLength), columns };
}
