import type { Sql } from '../sql.ts';
import { stageTable } from './stage-tables.ts';

/**
 * Adds what is staged and not known yet of all that is interned. Several sessions may do it at once: they go through the hashes in one
 * order, so that none waits for one that waits for it; and what one of them adds the other leaves.
 */
export async function storeInterned(sql: Sql, session: number): Promise<void> {
  await sql.run(
    `INSERT INTO namespace(hash, key, scheme, distribution, repository)
     SELECT hash, key, scheme, distribution, repository FROM ${stageTable(session, 'namespace')} AS s
     WHERE NOT EXISTS (SELECT FROM namespace AS n WHERE n.hash = s.hash) ORDER BY hash ON CONFLICT DO NOTHING`,
  );
  await sql.run(
    `INSERT INTO package(namespace_id, hash, question, name, kind, module, arch, arch_operation)
     SELECT n.id, s.hash, s.question, s.name, s.kind, s.module, s.arch, s.arch_operation
     FROM (SELECT DISTINCT ON (hash) * FROM ${stageTable(session, 'package')} AS all_staged
           WHERE NOT EXISTS (SELECT FROM package AS p WHERE p.hash = all_staged.hash) ORDER BY hash) AS s
       JOIN namespace AS n ON n.hash = s.namespace
     ORDER BY s.hash ON CONFLICT DO NOTHING`,
  );
  await storeShared(sql, 'version_range', stageTable(session, 'range'), 'long_lo, long_hi, exact, introduced, fixed, last_affected');
  await storeShared(sql, 'statement', stageTable(session, 'statement'), 'status, fix_state, severity, normalized_severity, pointer');
  await storeShared(sql, 'url', stageTable(session, 'url'), 'url');
}

async function storeShared(sql: Sql, table: string, staged: string, columns: string): Promise<void> {
  await sql.run(
    `INSERT INTO ${table}(hash, ${columns})
     SELECT DISTINCT ON (hash) hash, ${columns} FROM ${staged} AS s
     WHERE NOT EXISTS (SELECT FROM ${table} AS t WHERE t.hash = s.hash) ORDER BY hash ON CONFLICT DO NOTHING`,
  );
}

/** What was last said of the namespaces that the session speaks of. To be called by whoever has the turn to commit. */
export async function updateNamespaces(sql: Sql, session: number): Promise<void> {
  await sql.run(
    `UPDATE namespace AS n SET scheme = s.scheme, distribution = s.distribution, repository = s.repository
     FROM ${stageTable(session, 'namespace')} AS s WHERE n.hash = s.hash
       AND (n.scheme, n.distribution, n.repository) IS DISTINCT FROM (s.scheme, s.distribution, s.repository)`,
  );
}

/** Staged rows under the ids that the database has for what they share: the part of a SELECT from FROM on. */
export function rowsAsStored(session: number, rows: 'affected' | 'moved_affected'): string {
  return `FROM ${stageTable(session, rows)} AS a
    JOIN ${stageTable(session, 'package')} AS sp ON sp.id = a.package JOIN package AS p ON p.hash = sp.hash
    JOIN ${stageTable(session, 'range')} AS sr ON sr.id = a.range JOIN version_range AS r ON r.hash = sr.hash
    JOIN ${stageTable(session, 'statement')} AS ss ON ss.id = a.statement JOIN statement AS t ON t.hash = ss.hash
    JOIN ${stageTable(session, 'url')} AS su ON su.id = a.url JOIN url AS u ON u.hash = su.hash`;
}
