import type { LayerFile } from '../../../contracts/index.ts';
import { readSqliteTables, sqliteText, type RandomAccess, type SqliteTableRow } from '../../../formats/rpmdb/index.ts';

/** The history of dnf 5, and of dnf 4; where both are there, the first counts. */
export const historyPaths = ['usr/lib/sysimage/libdnf5/transaction_history.sqlite', 'var/lib/dnf/history.sqlite'] as const;
/** A database in use has a log beside it. */
export const logSuffix = '-wal';

/** `id, trans_id, item_id, repo_id, action…` and `id, repoid`, in both; dnf 5 names its actions in a table. */
const columns = new Map([
  ['trans_item', 5],
  ['repo', 2],
  ['trans_item_action', 2],
]);
const mostRows = 1_000_000;
/** `TransactionItemAction::REMOVE` of libdnf. */
const removalOfDnf4 = 8;

/**
 * Ids of the repositories that packages were ever installed from, sorted; undefined where the history cannot be read. Schemas:
 * libdnf/swdb/sql/create_tables.sql (dnf 4), libdnf5/transaction/db/sql (dnf 5).
 */
export async function readHistory(history: LayerFile, log: LayerFile | undefined): Promise<readonly string[] | undefined> {
  const tables = await readSqliteTables(toRandomAccess(history), log && toRandomAccess(log), { columns, mostRows });
  const [items, repositories] = [tables?.get('trans_item'), tables?.get('repo')];
  if (!tables || !items || !repositories) return undefined;
  const removals = removalsOf(tables.get('trans_item_action'));
  const used = new Set<number>();
  for (const { values } of items) {
    const [, , , repository, action] = values;
    if (repository?.kind !== 'integer' || (action?.kind === 'integer' && removals.has(action.value))) continue;
    used.add(repository.value);
  }
  const ids = repositories.filter(({ id }) => used.has(id)).map(({ values }) => sqliteText(values[1]));
  return [...new Set(ids)].filter((id) => id !== '').sort();
}

function removalsOf(actions: readonly SqliteTableRow[] | undefined): ReadonlySet<number> {
  if (!actions) return new Set([removalOfDnf4]);
  return new Set(actions.filter(({ values }) => sqliteText(values[1]) === 'Remove').map(({ id }) => id));
}

function toRandomAccess(file: LayerFile): RandomAccess {
  return { size: file.header.size, read: (offset, length) => file.read(offset, length) };
}
