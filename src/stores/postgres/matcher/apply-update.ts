import type { UpdateCommit, UpdateOutcome } from '../../../contracts/index.ts';
import type { Sql } from '../sql.ts';
import type { DeltaMentions } from './delta-mentions.ts';
import type { Stage } from './stage.ts';
import { stageTable } from './stage-tables.ts';
import { rowsAsStored, storeInterned, updateNamespaces } from './store-interned.ts';
import { toStoredText } from './stored-text.ts';
import type { KnownUpdater } from './updaters.ts';

interface Changes {
  readonly updater: KnownUpdater;
  readonly commit: UpdateCommit;
  readonly stage: Stage;
  /** What a delta speaks of; undefined for a whole feed, which speaks of all. */
  readonly mentions: DeltaMentions | undefined;
  /** Its staging tables, where it has any. */
  readonly session: number | undefined;
}

/** Inside a write transaction, by whoever has the turn: the current set of the updater, as far as the update speaks of it, becomes what was staged and seen. */
export async function applyUpdate(sql: Sql, changes: Changes): Promise<UpdateOutcome> {
  const { updater, commit, stage, mentions, session } = changes;
  const closing = await chooseClosing(sql, updater, stage.seen, mentions);
  const closingRows = await countRows(sql, closing);
  const added = stage.size;
  const after = {
    advisories: updater.advisories - closing.length + added.advisories,
    rows: updater.rows - closingRows + added.rows,
  };
  if (session !== undefined) {
    // Nearly all was added before; what was swept away in between is added again.
    await storeInterned(sql, session);
    await updateNamespaces(sql, session);
    if (stage.moved > 0) await moveAdvisories(sql, session);
  }
  const isChanged = closing.length + added.advisories > 0;
  const operation = isChanged ? await addOperation(sql, updater, commit, { added: added.advisories, removed: closing.length }) : undefined;
  if (operation) {
    await closeAdvisories(sql, updater, operation.id, closing);
    if (session !== undefined) await openAdvisories(sql, { updater, stage, session, operation });
    await sql.run('DELETE FROM updater_namespace WHERE updater_id = $1 AND affected = 0', [updater.id]);
  }
  const isOther = operation !== undefined || stage.moved > 0;
  if (isOther) await sql.run('UPDATE matcher_state SET revision = revision + 1');
  await writeStatus(sql, updater, commit, after);
  // A whole feed stands as its last body says; a delta that changes nothing has no part in what is stored.
  if (!mentions || isOther) {
    await sql.run('UPDATE updater SET body_digest = $2 WHERE id = $1', [updater.id, toStoredText(commit.bodyDigest)]);
  }
  return {
    ...(operation && { operation: operation.id }),
    advisories: { added: added.advisories, removed: closing.length, unchanged: updater.advisories - closing.length },
    rows: { before: updater.rows, after: after.rows },
  };
}

/** What the feed does not say any more. */
async function chooseClosing(
  sql: Sql,
  updater: KnownUpdater,
  seen: ReadonlySet<number>,
  mentions: DeltaMentions | undefined,
): Promise<readonly number[]> {
  // All that was seen is current: as many as there are means all of them.
  if (seen.size === updater.advisories) return [];
  if (mentions) return mentions.choose(sql, updater.id, seen);
  const rows = await sql.tuples<readonly [number]>(
    `SELECT v.id FROM advisory AS v WHERE v.updater_id = $1 AND v.removed_op IS NULL
       AND NOT EXISTS (SELECT FROM unnest($2::int[]) AS seen(id) WHERE seen.id = v.id)`,
    [updater.id, idList(seen)],
  );
  return rows.map(([id]) => id);
}

async function countRows(sql: Sql, advisories: readonly number[]): Promise<number> {
  if (advisories.length === 0) return 0;
  const text = 'SELECT count(*)::int AS rows FROM unnest($1::int[]) AS c(id) JOIN affected AS a ON a.advisory_id = c.id';
  return (await sql.get<{ rows: number }>(text, [idList(advisories)]))?.rows ?? 0;
}

/** An array as PostgreSQL writes it: the driver takes ten times as long for a hundred thousand numbers. */
function idList(ids: Iterable<number>): string {
  return `{${[...ids].join(',')}}`;
}

interface Operation {
  readonly id: number;
  /** The last id of an advisory before it. */
  readonly base: number;
}

async function addOperation(
  sql: Sql,
  updater: KnownUpdater,
  { at, bodyDigest }: UpdateCommit,
  { added, removed }: { readonly added: number; readonly removed: number },
): Promise<Operation> {
  const last = await sql.get<{ id: number; last: number }>(
    'SELECT id, last_advisory AS last FROM update_operation ORDER BY id DESC LIMIT 1',
  );
  const operation = { id: (last?.id ?? 0) + 1, base: last?.last ?? 0 };
  await sql.run(
    `INSERT INTO update_operation(id, updater_id, at, body_digest, added, removed, first_advisory, last_advisory)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [operation.id, updater.id, toStoredText(at), toStoredText(bodyDigest), added, removed, operation.base + 1, operation.base + added],
  );
  return operation;
}

async function closeAdvisories(sql: Sql, updater: KnownUpdater, operation: number, closing: readonly number[]): Promise<void> {
  if (closing.length === 0) return;
  const ids = idList(closing);
  await sql.run(
    `UPDATE updater_namespace AS un SET affected = un.affected - closed.rows
     FROM (SELECT p.namespace_id, count(*)::int AS rows
           FROM unnest($2::int[]) AS c(id) JOIN affected AS a ON a.advisory_id = c.id JOIN package AS p ON p.id = a.package_id
           GROUP BY p.namespace_id) AS closed
     WHERE un.updater_id = $1 AND un.namespace_id = closed.namespace_id`,
    [updater.id, ids],
  );
  await sql.run('UPDATE advisory AS v SET removed_op = $1 FROM unnest($2::int[]) AS c(id) WHERE v.id = c.id', [operation, ids]);
  await sql.run(
    `WITH closed AS (DELETE FROM affected AS a USING unnest($1::int[]) AS c(id) WHERE a.advisory_id = c.id RETURNING a.*)
     INSERT INTO closed_affected SELECT * FROM closed`,
    [ids],
  );
}

interface Opening {
  readonly updater: KnownUpdater;
  readonly stage: Stage;
  readonly session: number;
  readonly operation: Operation;
}

async function openAdvisories(sql: Sql, { updater, stage, session, operation }: Opening): Promise<void> {
  const { ids, rows } = stage.rowsByNamespace;
  await sql.run(
    `INSERT INTO updater_namespace(updater_id, namespace_id, affected)
     SELECT $1, n.id, c.rows FROM unnest($2::int[], $3::int[]) AS c(id, rows)
       JOIN ${stageTable(session, 'namespace')} AS s ON s.id = c.id JOIN namespace AS n ON n.hash = s.hash
     ON CONFLICT (updater_id, namespace_id) DO UPDATE SET affected = updater_namespace.affected + excluded.affected`,
    [updater.id, ids, rows],
  );
  const texts = (await sql.get<{ last: number }>('SELECT coalesce(max(id), 0) AS last FROM text_block'))?.last ?? 0;
  await sql.run(
    `INSERT INTO text_block(id, texts, advisories, body)
     SELECT id + $1, texts, advisories, body FROM ${stageTable(session, 'text')} ORDER BY id`,
    [texts],
  );
  await sql.run(
    `INSERT INTO advisory(id, updater_id, part, name, aliases, issued, text_id, text_position, hash, place_hash, added_op)
     SELECT s.id + $1, $2, s.part, s.name, s.aliases, s.issued, s.text + $3, s.text_position, s.hash, s.place_hash, $4
     FROM ${stageTable(session, 'advisory')} AS s ORDER BY s.id`,
    [operation.base, updater.id, texts, operation.id],
  );
  // Rows of a package beside each other: a look-up reads few pages.
  await sql.run(
    `INSERT INTO affected(package_id, advisory_id, range_id, statement_id, url_id, place, lo, hi)
     SELECT p.id, a.advisory + $1, r.id, t.id, u.id, a.place, sr.lo, sr.hi ${rowsAsStored(session, 'affected')} ORDER BY 1, 2`,
    [operation.base],
  );
}

/** What an advisory says stays as it is; where it stands is written anew, so that evidence names the place of today. */
async function moveAdvisories(sql: Sql, session: number): Promise<void> {
  const moved = stageTable(session, 'moved_advisory');
  await sql.run(`UPDATE advisory AS v SET place_hash = m.place_hash FROM ${moved} AS m WHERE v.id = m.id`);
  await sql.run(`DELETE FROM affected AS a USING ${moved} AS m WHERE a.advisory_id = m.id`);
  await sql.run(
    `INSERT INTO affected(package_id, advisory_id, range_id, statement_id, url_id, place, lo, hi)
     SELECT p.id, a.advisory, r.id, t.id, u.id, a.place, sr.lo, sr.hi ${rowsAsStored(session, 'moved_affected')}`,
  );
}

async function writeStatus(
  sql: Sql,
  updater: KnownUpdater,
  { updaterVersion, fingerprint, at }: UpdateCommit,
  after: { readonly advisories: number; readonly rows: number },
): Promise<void> {
  await sql.run(
    `UPDATE updater SET version = $2, fingerprint = $3, last_attempt = $4, last_success = $4,
       error_code = NULL, error_message = NULL, advisories = $5, affected = $6 WHERE id = $1`,
    [updater.id, updaterVersion, toStoredText(fingerprint), toStoredText(at), after.advisories, after.rows],
  );
}
