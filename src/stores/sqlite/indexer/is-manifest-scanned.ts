import type { ScannerIdentity } from '../../../contracts/index.ts';
import type { ManifestDigest } from '../../../core/index.ts';
import type { Database } from '../database.ts';
import { reportEncoding } from '../../report-codec.ts';
import { findScanner } from './scanners.ts';

/** Whether the last report is a finished one that just these scanners made. */
export function isManifestScanned(database: Database, digest: ManifestDigest, scanners: readonly ScannerIdentity[]): boolean {
  const sql = `SELECT id FROM manifest WHERE digest = ? AND state = 'IndexFinished' AND encoding = ${reportEncoding}`;
  const manifest = database.get<{ id: number }>(sql, digest)?.id;
  if (manifest === undefined) return false;
  const made = database.all<{ id: number }>('SELECT scanner_id AS id FROM manifest_scanner WHERE manifest_id = ?', manifest);
  const asked = new Set(scanners.map((scanner) => findScanner(database, scanner)));
  return made.length === asked.size && made.every(({ id }) => asked.has(id));
}
