import type { PackageName } from '../../../contracts/index.ts';
import type { ManifestDigest } from '../../../core/index.ts';
import { plainText } from '../plain-text.ts';
import type { Sql } from '../sql.ts';

/** The manifests that hold any of these packages, sorted by digest. */
export async function manifestsWith(sql: Sql, packages: readonly PackageName[]): Promise<readonly ManifestDigest[]> {
  const named = (kind: PackageName['kind']): readonly string[] =>
    packages.filter((asked) => asked.kind === kind).map(({ name }) => plainText(name));
  const rows = await sql.all<{ digest: ManifestDigest }>(
    `SELECT digest FROM manifest WHERE id IN (
       SELECT mp.manifest_id FROM manifest_package AS mp WHERE mp.package_id IN (
         SELECT p.id FROM unnest($1::text[]) AS asked(name) JOIN indexed_package AS p ON p.name = asked.name
         UNION
         SELECT p.id FROM unnest($2::text[]) AS asked(name)
           JOIN indexed_package AS p ON p.source_name = asked.name AND p.source_name <> ''))
     ORDER BY digest`,
    [named('binary'), named('source')],
  );
  return rows.map(({ digest }) => digest);
}
