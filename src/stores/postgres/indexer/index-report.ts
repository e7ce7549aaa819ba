import type { ScannerIdentity } from '../../../contracts/index.ts';
import type { IndexReport, ManifestDigest } from '../../../core/index.ts';
import { decodeReport, encodeReport, reportEncoding } from '../../report-codec.ts';
import type { Sql } from '../sql.ts';
import { ensureManifest } from './manifests.ts';
import { ensureScanners } from './scanners.ts';

/** The last report stored for the manifest, in any state. */
export async function indexReport(sql: Sql, digest: ManifestDigest): Promise<IndexReport | undefined> {
  const text = 'SELECT report FROM manifest WHERE digest = $1 AND encoding = $2';
  const body = (await sql.get<{ report: Uint8Array }>(text, [digest, reportEncoding]))?.report;
  return body && decodeReport(body);
}

/** Stores a report on the way: nobody has taken part in it yet. */
export async function putIndexReport(sql: Sql, report: IndexReport): Promise<void> {
  await replaceReport(sql, report);
}

/** Stores the finished report and who took part in it. */
export async function finishManifest(sql: Sql, report: IndexReport, scanners: readonly ScannerIdentity[]): Promise<void> {
  const ids = await ensureScanners(sql, scanners);
  const manifest = await replaceReport(sql, report);
  const text = 'INSERT INTO manifest_scanner(manifest_id, scanner_id) SELECT $1, unnest($2::int[]) ON CONFLICT DO NOTHING';
  await sql.run(text, [manifest, ids]);
}

/** Who took part in the report before says nothing about this one. */
async function replaceReport(sql: Sql, report: IndexReport): Promise<number> {
  const manifest = await ensureManifest(sql, report.manifestHash);
  const text = 'UPDATE manifest SET state = $1, encoding = $2, report = $3 WHERE id = $4';
  await sql.run(text, [report.state, reportEncoding, encodeReport(report), manifest]);
  await sql.run('DELETE FROM manifest_scanner WHERE manifest_id = $1', [manifest]);
  return manifest;
}
