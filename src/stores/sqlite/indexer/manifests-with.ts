import type { PackageName } from '../../../contracts/index.ts';
import type { ManifestDigest } from '../../../core/index.ts';
import type { Database } from '../database.ts';

/** The manifests that hold any of these packages, sorted by digest. */
export function manifestsWith(database: Database, packages: readonly PackageName[]): readonly ManifestDigest[] {
  const asked = JSON.stringify(packages.map(({ name, kind }) => [name, kind]));
  const rows = database.all<{ digest: string }>(
    `WITH asked(name, kind) AS (SELECT value ->> 0, value ->> 1 FROM json_each(?)),
       found(id) AS (
         SELECT p.id FROM asked CROSS JOIN indexed_package AS p ON p.name = asked.name WHERE asked.kind = 'binary'
         UNION
         SELECT p.id FROM asked CROSS JOIN indexed_package AS p ON p.source_name = asked.name AND p.source_name <> ''
         WHERE asked.kind = 'source')
     SELECT DISTINCT m.digest FROM found
       CROSS JOIN manifest_package AS mp ON mp.package_id = found.id
       CROSS JOIN manifest AS m ON m.id = mp.manifest_id
     ORDER BY m.digest`,
    asked,
  );
  return rows.map(({ digest }) => digest as ManifestDigest);
}
