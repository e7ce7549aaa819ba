import type { ScannerIdentity } from '../../../contracts/index.ts';
import type { ManifestDigest } from '../../../core/index.ts';
import type { Database } from '../database.ts';
import { reportEncoding } from './report-codec.ts';
import { findScanner } from './scanners.ts';

/** Whether the last report is a finished one that all of these scanners took part in. */
export function isManifestScanned(database: Database, digest: ManifestDigest, scanners: readonly ScannerIdentity[]): boolean {
  const sql = `SELECT id FROM manifest WHERE digest = ? AND state = 'IndexFinished' AND encoding = ${reportEncoding}`;
  const manifest = database.get<{ id: number }>(sql, digest)?.id;
  if (manifest === undefined) return false;
  return scanners.every((scanner) => {
    const id = findScanner(database, scanner);
    return (
      id !== undefined && database.get('SELECT 1 AS found FROM manifest_scanner WHERE manifest_id = ? AND scanner_id = ?', manifest, id)
    );
  });
}
