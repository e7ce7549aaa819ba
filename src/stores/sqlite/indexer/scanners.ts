import type { ScannerIdentity } from '../../../contracts/index.ts';
import type { Database } from '../database.ts';

/** The row of a scanner, if it ever read anything. */
export function findScanner(database: Database, { name, version, kind }: ScannerIdentity): number | undefined {
  const sql = 'SELECT id FROM scanner WHERE name = ? AND version = ? AND kind = ?';
  return database.get<{ id: number }>(sql, name, version, kind)?.id;
}

export function ensureScanner(database: Database, scanner: ScannerIdentity): number {
  const { name, version, kind } = scanner;
  database.run('INSERT OR IGNORE INTO scanner(name, version, kind) VALUES (?, ?, ?)', name, version, kind);
  return findScanner(database, scanner) ?? 0;
}
