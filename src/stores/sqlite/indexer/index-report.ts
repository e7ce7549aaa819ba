import type { ScannerIdentity } from '../../../contracts/index.ts';
import type { IndexReport, ManifestDigest } from '../../../core/index.ts';
import type { Database } from '../database.ts';
import { ensureManifest } from './manifests.ts';
import { decodeReport, encodeReport, reportEncoding } from '../../report-codec.ts';
import { ensureScanner } from './scanners.ts';

/** The last report stored for the manifest, in any state. */
export function indexReport(database: Database, digest: ManifestDigest): IndexReport | undefined {
  const sql = 'SELECT report FROM manifest WHERE digest = ? AND encoding = ?';
  const body = database.get<{ report: Uint8Array }>(sql, digest, reportEncoding)?.report;
  return body && decodeReport(body);
}

/** Stores a report on the way: nobody has taken part in it yet. */
export function putIndexReport(database: Database, report: IndexReport): void {
  replaceReport(database, report);
}

/** Stores the finished report and who took part in it. */
export function finishManifest(database: Database, report: IndexReport, scanners: readonly ScannerIdentity[]): void {
  const manifest = replaceReport(database, report);
  for (const scanner of scanners) {
    const sql = 'INSERT OR IGNORE INTO manifest_scanner(manifest_id, scanner_id) VALUES (?, ?)';
    database.run(sql, manifest, ensureScanner(database, scanner));
  }
}

/** Who took part in the report before says nothing about this one. */
function replaceReport(database: Database, report: IndexReport): number {
  const manifest = ensureManifest(database, report.manifestHash);
  const sql = 'UPDATE manifest SET state = ?, encoding = ?, report = ? WHERE id = ?';
  database.run(sql, report.state, reportEncoding, encodeReport(report), manifest);
  database.run('DELETE FROM manifest_scanner WHERE manifest_id = ?', manifest);
  return manifest;
}
