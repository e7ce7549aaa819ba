import type { UpdateCommit, UpdateOutcome } from '../../../contracts/index.ts';
import type { Database } from '../database.ts';
import type { DeltaMentions } from './delta-mentions.ts';
import type { Stage } from './stage.ts';
import { ensureUpdater } from './updaters.ts';

/** What a session has gathered for its commit. */
export interface Changes {
  readonly name: string;
  readonly stage: Stage;
  /** What a delta speaks of; undefined for a whole feed, which speaks of all. */
  readonly mentions: DeltaMentions | undefined;
  readonly commit: UpdateCommit;
}

/** Inside a write transaction: the current set of the updater, as far as the update speaks of it, becomes what was staged and seen. */
export function applyUpdate(database: Database, { name, stage, mentions, commit }: Changes): UpdateOutcome {
  const updater = ensureUpdater(database, name);
  const before = currentCounts(database, updater);
  const closing = chooseClosing(database, updater, mentions);
  const added = stage.size;
  const changed = closing.advisories + added.advisories > 0;
  const after = {
    advisories: before.advisories - closing.advisories + added.advisories,
    rows: before.rows - closing.rows + added.rows,
  };
  storeInterned(database);
  if (stage.moved > 0) moveAdvisories(database);
  const operation = changed ? addOperation(database, updater, commit, { added: added.advisories, removed: closing.advisories }) : undefined;
  if (operation !== undefined) {
    closeAdvisories(database, updater, operation);
    openAdvisories(database, updater, operation);
  }
  writeStatus(database, updater, commit, after);
  // A whole feed stands as its last body says; a delta that changes nothing has no part in what is stored.
  if (!mentions || changed || stage.moved > 0) database.run('UPDATE updater SET body_digest = ? WHERE id = ?', commit.bodyDigest, updater);
  return {
    ...(operation !== undefined && { operation }),
    advisories: { added: added.advisories, removed: closing.advisories, unchanged: before.advisories - closing.advisories },
    rows: { before: before.rows, after: after.rows },
  };
}

interface Counts {
  readonly advisories: number;
  readonly rows: number;
}

function currentCounts(database: Database, updater: number): Counts {
  const counts = database.get<Counts>('SELECT advisories, affected AS rows FROM updater WHERE id = ?', updater);
  return counts ?? { advisories: 0, rows: 0 };
}

/** Marks what the feed does not say any more. */
function chooseClosing(database: Database, updater: number, mentions: DeltaMentions | undefined): Counts {
  database.exec('CREATE TEMP TABLE closing(id INTEGER PRIMARY KEY)');
  const advisories = database.run(
    `INSERT INTO closing(id) SELECT id FROM advisory INDEXED BY advisory_current
     WHERE updater_id = ? AND removed_op IS NULL AND id NOT IN (SELECT id FROM seen) ${mentions ? `AND ${mentions.condition}` : ''} ORDER BY id`,
    updater,
  );
  const rows = database.get<{ rows: number }>('SELECT count(*) AS rows FROM closing AS c CROSS JOIN affected AS a ON a.advisory_id = c.id');
  return { advisories, rows: rows?.rows ?? 0 };
}

function addOperation(
  database: Database,
  updater: number,
  { at, bodyDigest }: UpdateCommit,
  { added, removed }: { readonly added: number; readonly removed: number },
): number {
  const last = database.get<{ id: number; last: number }>(
    'SELECT id, last_advisory AS last FROM update_operation ORDER BY id DESC LIMIT 1',
  );
  const operation = (last?.id ?? 0) + 1;
  const base = last?.last ?? 0;
  const sql = `INSERT INTO update_operation(id, updater_id, at, body_digest, added, removed, first_advisory, last_advisory)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
  database.run(sql, operation, updater, at, bodyDigest, added, removed, base + 1, base + added);
  return operation;
}

function closeAdvisories(database: Database, updater: number, operation: number): void {
  database.run(
    `UPDATE updater_namespace SET affected = affected - closed.rows
     FROM (SELECT p.namespace_id, count(*) AS rows
           FROM closing AS c CROSS JOIN affected AS a ON a.advisory_id = c.id CROSS JOIN package AS p ON p.id = a.package_id
           GROUP BY p.namespace_id) AS closed
     WHERE updater_id = ? AND updater_namespace.namespace_id = closed.namespace_id`,
    updater,
  );
  database.run('UPDATE advisory SET removed_op = ? WHERE id IN (SELECT id FROM closing)', operation);
}

function openAdvisories(database: Database, updater: number, operation: number): void {
  database.run(
    `INSERT INTO updater_namespace(updater_id, namespace_id, affected)
     SELECT ?, stored, affected FROM staged_namespace WHERE affected > 0
     ON CONFLICT(updater_id, namespace_id) DO UPDATE SET affected = affected + excluded.affected`,
    updater,
  );
  database.run('DELETE FROM updater_namespace WHERE updater_id = ? AND affected = 0', updater);
  const base = database.get<{ advisory: number; text: number }>(
    `SELECT (SELECT first_advisory - 1 FROM update_operation WHERE id = ?) AS advisory, (SELECT ifnull(max(id), 0) FROM text) AS text`,
    operation,
  ) ?? { advisory: 0, text: 0 };
  database.run(
    'INSERT INTO text(id, texts, advisories, body) SELECT id + ?, texts, advisories, body FROM staged_text ORDER BY id',
    base.text,
  );
  database.run(
    `INSERT INTO advisory(id, updater_id, part, name, aliases, issued, url_id, text_id, text_position, hash, place_hash, added_op)
     SELECT s.id + ?, ?, s.part, s.name, s.aliases, s.issued, u.stored, s.text + ?, s.text_position, s.hash, s.place_hash, ?
     FROM staged_advisory AS s CROSS JOIN staged_url AS u ON u.id = s.url ORDER BY s.id`,
    base.advisory,
    updater,
    base.text,
    operation,
  );
  // In the order of the key: pages are filled one after another.
  database.run(
    `INSERT INTO affected(package_id, advisory_id, range_id, statement_id, place)
     SELECT p.stored, a.advisory + ?, r.stored, s.stored, a.place
     FROM staged_affected AS a CROSS JOIN staged_package AS p ON p.id = a.package
       CROSS JOIN staged_range AS r ON r.id = a.range CROSS JOIN staged_statement AS s ON s.id = a.statement
     ORDER BY 1, 2`,
    base.advisory,
  );
}

/** What an advisory says stays as it is; where it stands is written anew, so that evidence names the place of today. */
function moveAdvisories(database: Database): void {
  database.run(
    `UPDATE advisory SET (place_hash, url_id) = (
       SELECT m.place_hash, u.stored FROM moved_advisory AS m CROSS JOIN staged_url AS u ON u.id = m.url WHERE m.id = advisory.id)
     WHERE id IN (SELECT id FROM moved_advisory)`,
  );
  database.run(
    `DELETE FROM affected WHERE (package_id, advisory_id) IN (
       SELECT a.package_id, a.advisory_id FROM moved_advisory AS m CROSS JOIN affected AS a ON a.advisory_id = m.id)`,
  );
  database.run(
    `INSERT INTO affected(package_id, advisory_id, range_id, statement_id, place)
     SELECT p.stored, a.advisory, r.stored, s.stored, a.place
     FROM moved_affected AS a CROSS JOIN staged_package AS p ON p.id = a.package
       CROSS JOIN staged_range AS r ON r.id = a.range CROSS JOIN staged_statement AS s ON s.id = a.statement`,
  );
}

/** Finds or makes the stored row of everything that is interned. Nobody else writes now: what is not there can be added. */
function storeInterned(database: Database): void {
  for (const sql of internedSql) database.run(sql);
}

const internedSql = [
  `INSERT INTO namespace(key, scheme, distribution, repository)
   SELECT key, scheme, distribution, repository FROM staged_namespace WHERE true ORDER BY id
   ON CONFLICT(key) DO UPDATE SET scheme = excluded.scheme, distribution = excluded.distribution, repository = excluded.repository
     WHERE (scheme, distribution, repository) IS NOT (excluded.scheme, excluded.distribution, excluded.repository)`,
  'UPDATE staged_namespace AS s SET stored = (SELECT id FROM namespace AS n WHERE n.key = s.key)',

  `INSERT INTO package(namespace_id, name, kind, module, arch, arch_operation)
   SELECT n.stored, s.name, s.kind, s.module, s.arch, s.arch_operation
   FROM staged_package AS s CROSS JOIN staged_namespace AS n ON n.id = s.namespace ORDER BY s.id
   ON CONFLICT DO NOTHING`,
  `UPDATE staged_package AS s SET stored = (
     SELECT p.id FROM staged_namespace AS n CROSS JOIN package AS p ON p.namespace_id = n.stored
     WHERE n.id = s.namespace AND p.name = s.name AND p.kind = s.kind AND p.module = s.module AND p.arch = s.arch
       AND p.arch_operation = s.arch_operation)`,

  // NULL is a value here, so the index cannot be unique: equality is asked for before each insert.
  `UPDATE staged_range AS s SET stored = (${storedRange('s')})`,
  `INSERT INTO range(lo, hi, exact, introduced, fixed, last_affected)
   SELECT DISTINCT lo, hi, exact, introduced, fixed, last_affected FROM staged_range WHERE stored IS NULL`,
  `UPDATE staged_range AS s SET stored = (${storedRange('s')}) WHERE stored IS NULL`,

  `INSERT INTO statement(status, fix_state, severity, normalized_severity, pointer)
   SELECT status, fix_state, severity, normalized_severity, pointer FROM staged_statement WHERE true ORDER BY id ON CONFLICT DO NOTHING`,
  `UPDATE staged_statement AS s SET stored = (
     SELECT t.id FROM statement AS t WHERE t.pointer = s.pointer AND t.severity = s.severity AND t.status = s.status
       AND t.fix_state = s.fix_state AND t.normalized_severity = s.normalized_severity)`,

  'INSERT INTO url(url) SELECT url FROM staged_url WHERE true ORDER BY id ON CONFLICT DO NOTHING',
  'UPDATE staged_url AS s SET stored = (SELECT u.id FROM url AS u WHERE u.url = s.url)',
];

function storedRange(staged: string): string {
  return `SELECT r.id FROM range AS r WHERE r.fixed IS ${staged}.fixed AND r.introduced IS ${staged}.introduced
    AND r.last_affected IS ${staged}.last_affected AND r.lo = ${staged}.lo AND r.hi = ${staged}.hi AND r.exact = ${staged}.exact`;
}

function writeStatus(database: Database, updater: number, commit: UpdateCommit, after: Counts): void {
  database.run(
    `UPDATE updater SET version = ?, fingerprint = ?, last_attempt = ?4, last_success = ?4,
       error_code = NULL, error_message = NULL, advisories = ?5, affected = ?6 WHERE id = ?3`,
    commit.updaterVersion,
    commit.fingerprint,
    updater,
    commit.at,
    after.advisories,
    after.rows,
  );
}
