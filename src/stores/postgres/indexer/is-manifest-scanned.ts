import type { ScannerIdentity } from '../../../contracts/index.ts';
import type { ManifestDigest } from '../../../core/index.ts';
import { reportEncoding } from '../../report-codec.ts';
import type { Sql } from '../sql.ts';
import { scannerColumns } from './scanners.ts';

/** Whether the last report is a finished one that just these scanners made. */
export async function isManifestScanned(sql: Sql, digest: ManifestDigest, scanners: readonly ScannerIdentity[]): Promise<boolean> {
  const row = await sql.get<{ same: boolean }>(
    `WITH asked AS (SELECT DISTINCT s.name, s.version, s.kind FROM unnest($1::text[], $2::bigint[], $3::text[]) AS s(name, version, kind)),
       made AS (SELECT k.name, k.version, k.kind FROM manifest AS m JOIN manifest_scanner AS ms ON ms.manifest_id = m.id
         JOIN scanner AS k ON k.id = ms.scanner_id WHERE m.digest = $4)
     SELECT NOT EXISTS (SELECT * FROM asked EXCEPT SELECT * FROM made) AND NOT EXISTS (SELECT * FROM made EXCEPT SELECT * FROM asked) AS same
     FROM manifest WHERE digest = $4 AND state = 'IndexFinished' AND encoding = $5`,
    [...scannerColumns(scanners), digest, reportEncoding],
  );
  return row?.same ?? false;
}
