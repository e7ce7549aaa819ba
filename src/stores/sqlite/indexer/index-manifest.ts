import type { IndexReport } from '../../../core/index.ts';
import type { Database } from '../database.ts';
import { ensureManifest } from './manifests.ts';

/** Makes the packages of the report findable by name, in place of what was findable of the manifest before. */
export function indexManifest(database: Database, report: IndexReport): void {
  const manifest = ensureManifest(database, report.manifestHash);
  const packages = [...report.packages.values()].map(({ name, version, kind, arch, module, source }) => [
    name,
    version,
    kind,
    arch,
    module,
    source?.name ?? '',
  ]);
  // As one parameter: a statement for each of thousands of packages takes three times as long.
  const json = JSON.stringify(packages);
  database.run(
    `INSERT OR IGNORE INTO indexed_package(name, version, kind, arch, module, source_name)
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each(?)`,
    json,
  );
  database.run('DELETE FROM manifest_package WHERE manifest_id = ?', manifest);
  database.run(
    `INSERT OR IGNORE INTO manifest_package(manifest_id, package_id)
     SELECT ?, p.id FROM json_each(?) AS j CROSS JOIN indexed_package AS p
       ON p.name = j.value ->> 0 AND p.version = j.value ->> 1 AND p.kind = j.value ->> 2
       AND p.arch = j.value ->> 3 AND p.module = j.value ->> 4 AND p.source_name = j.value ->> 5`,
    manifest,
    json,
  );
}
