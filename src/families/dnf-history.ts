import type { LayerFile } from '../contracts/index.ts';
import { readSqliteTables, sqliteText, type RandomAccess, type SqliteTableRow } from '../formats/rpmdb/index.ts';

/** The history of dnf 5, and of dnf 4; where both are there, the first counts. */
const historyPaths = ['usr/lib/sysimage/libdnf5/transaction_history.sqlite', 'var/lib/dnf/history.sqlite'] as const;
/** A database in use has a log beside it. */
const logSuffix = '-wal';
const wantedPaths: ReadonlySet<string> = new Set(historyPaths.flatMap((path) => [path, path + logSuffix]));

/** The first columns, in both forms; dnf 5 has names and architectures in tables of their own, and names its actions. */
const columns = new Map([
  // id, trans_id, item_id, repo_id, action
  ['trans_item', 5],
  ['repo', 2],
  ['trans_item_action', 2],
  // item_id, name, epoch, version, release, arch
  ['rpm', 6],
  ['pkg_names', 2],
  ['archs', 2],
]);
/** Of a table; real histories have some thousand. */
const mostRows = 100_000;
/** `TransactionItemAction::REMOVE` of libdnf. */
const removalOfDnf4 = 8;
/** What dnf says of a package that was there before it. */
const systemRepository = '@System';

/** What dnf says that it did. */
export interface DnfHistory {
  readonly path: string;
  /** Ids of the repositories that packages were ever installed from, sorted. */
  readonly repositories: readonly string[];
  /**
   * Id of the repository that a package last came from; undefined where it does not say.
   * @param evr `[epoch:]version-release`, an epoch of 0 left out
   */
  repositoryOf(name: string, evr: string, arch: string): string | undefined;
}

/** Whether a file is part of a history: it is needed as a whole. */
export function isDnfHistory(path: string): boolean {
  return path.endsWith('.sqlite') || path.endsWith(logSuffix) ? wantedPaths.has(path) : false;
}

/**
 * The history among the files of a layer; `unreadable` where it is damaged. Read as bytes, without SQL. Schemas: libdnf/swdb/sql/create_tables.sql (dnf 4),
 * libdnf5/transaction/db/sql/create_tables.sql (dnf 5).
 * @returns undefined where there is none
 */
export async function readDnfHistory(
  files: readonly LayerFile[],
): Promise<DnfHistory | { readonly path: string; readonly isUnreadable: true } | undefined> {
  const [history] = historyPaths.flatMap((path) => files.filter((file) => file.path === path));
  if (!history) return undefined;
  const { path } = history;
  const log = files.find((file) => file.path === path + logSuffix);
  const tables = await readSqliteTables(toRandomAccess(history), log && toRandomAccess(log), { columns, mostRows });
  const [items, repositories] = [tables?.get('trans_item'), tables?.get('repo')];
  if (!tables || !items || !repositories) return { path, isUnreadable: true };
  const used = repositoriesByItem(items, repositories, removalsOf(tables.get('trans_item_action')));
  const byPackage = new Map<string, string>();
  for (const { item, key } of packagesOf(tables)) {
    const repository = used.ofItem.get(item);
    if (repository !== undefined) byPackage.set(key, repository);
  }
  return { path, repositories: used.all, repositoryOf: (name, evr, arch) => byPackage.get(keyOf(name, evr, arch)) };
}

type Tables = ReadonlyMap<string, readonly SqliteTableRow[]>;

interface UsedRepositories {
  readonly all: readonly string[];
  readonly ofItem: ReadonlyMap<number, string>;
}

/** Of each item the repository of the newest transaction that did not remove it. */
function repositoriesByItem(
  items: readonly SqliteTableRow[],
  repositories: readonly SqliteTableRow[],
  removals: ReadonlySet<number>,
): UsedRepositories {
  const names = new Map(repositories.map(({ id, values }) => [id, sqliteText(values[1])]));
  const used = new Set<string>();
  const ofItem = new Map<number, string>();
  // By their ids, so the newest comes last.
  for (const { values } of items) {
    const [, , item, repository, action] = values;
    if (repository?.kind !== 'integer' || (action?.kind === 'integer' && removals.has(action.value))) continue;
    const name = names.get(repository.value) ?? '';
    if (name === '' || name === systemRepository) continue;
    used.add(name);
    if (item?.kind === 'integer') ofItem.set(item.value, name);
  }
  return { all: [...used].sort(), ofItem };
}

function* packagesOf(tables: Tables): Generator<{ readonly item: number; readonly key: string }> {
  const named = (table: string): ((value: SqliteTableRow['values'][number] | undefined) => string) => {
    const texts = tables.get(table);
    if (!texts) return sqliteText;
    const byId = new Map(texts.map(({ id, values }) => [id, sqliteText(values[1])]));
    return (value) => (value?.kind === 'integer' ? (byId.get(value.value) ?? '') : '');
  };
  const [nameOf, archOf] = [named('pkg_names'), named('archs')];
  for (const { values } of tables.get('rpm') ?? []) {
    const [item, name, epoch, version, release, arch] = values;
    if (item?.kind !== 'integer') continue;
    const before = epoch?.kind === 'integer' && epoch.value !== 0 ? `${epoch.value}:` : '';
    yield { item: item.value, key: keyOf(nameOf(name), `${before}${sqliteText(version)}-${sqliteText(release)}`, archOf(arch)) };
  }
}

function keyOf(name: string, evr: string, arch: string): string {
  return `${name} ${evr} ${arch}`;
}

function removalsOf(actions: readonly SqliteTableRow[] | undefined): ReadonlySet<number> {
  if (!actions) return new Set([removalOfDnf4]);
  return new Set(actions.filter(({ values }) => sqliteText(values[1]) === 'Remove').map(({ id }) => id));
}

function toRandomAccess(file: LayerFile): RandomAccess {
  return { size: file.header.size, read: (offset, length) => file.read(offset, length) };
}
