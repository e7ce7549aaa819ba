import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** One package of one transaction. */
export interface HistoryItem {
  readonly nevra: readonly [name: string, epoch: number, version: string, release: string, arch: string];
  /** Null where dnf does not know. */
  readonly repository: string | null;
  readonly action?: 'Install' | 'Remove';
}

/** `var/lib/dnf/history.sqlite`, or what dnf 5 has in its place: the tables that tell where packages are from, as SQLite writes them. */
export function dnfHistory(form: 4 | 5, items: readonly HistoryItem[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'claircore-history-'));
  try {
    const database = new DatabaseSync(join(folder, 'x.sqlite'));
    const text = (table: string): string => `CREATE TABLE "${table}" ("id" INTEGER, "name" TEXT NOT NULL UNIQUE, PRIMARY KEY("id"));`;
    const [column, type] = form === 4 ? ['action', 'TEXT'] : ['action_id', 'INTEGER'];
    const [name, arch] = form === 4 ? ['name', 'arch'] : ['name_id', 'arch_id'];
    database.exec(`CREATE TABLE "repo" ("id" INTEGER, "repoid" TEXT NOT NULL, PRIMARY KEY("id"));
      CREATE TABLE "trans_item" ("id" INTEGER, "trans_id" INTEGER, "item_id" INTEGER, "repo_id" INTEGER, "${column}" INTEGER NOT NULL, PRIMARY KEY("id" AUTOINCREMENT));
      CREATE TABLE "rpm" ("item_id" INTEGER NOT NULL UNIQUE, "${name}" ${type} NOT NULL, "epoch" INTEGER NOT NULL, "version" TEXT NOT NULL, "release" TEXT NOT NULL,
        "${arch}" ${type} NOT NULL, UNIQUE ("${name}", "epoch", "version", "release", "${arch}"));`);
    if (form === 5)
      database.exec(
        `${text('pkg_names')}${text('archs')}${text('trans_item_action')} INSERT INTO trans_item_action VALUES (1, 'Install'), (5, 'Remove');`,
      );
    const idOf = (table: string, of: string, value: string): number => {
      database.prepare(`INSERT INTO ${table}(${of}) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE ${of} = ?)`).run(value, value);
      return Number(database.prepare(`SELECT id FROM ${table} WHERE ${of} = ?`).get(value)?.['id']);
    };
    const numbers = new Map<string, number>();
    for (const [at, { nevra, repository, action = 'Install' }] of items.entries()) {
      const [of, epoch, version, release, archOf] = nevra;
      const number = numbers.get(nevra.join(' ')) ?? numbers.size + 1;
      if (number > numbers.size) {
        numbers.set(nevra.join(' '), number);
        const [first, last] = form === 4 ? [of, archOf] : [idOf('pkg_names', 'name', of), idOf('archs', 'name', archOf)];
        database.prepare('INSERT INTO rpm VALUES (?, ?, ?, ?, ?, ?)').run(number, first, epoch, version, release, last);
      }
      const actions = form === 4 ? { Install: 1, Remove: 8 } : { Install: 1, Remove: 5 };
      const repositoryId = repository === null ? null : idOf('repo', 'repoid', repository);
      database.prepare('INSERT INTO trans_item VALUES (?, ?, ?, ?, ?)').run(at + 1, 1, number, repositoryId, actions[action]);
    }
    database.close();
    return Uint8Array.from(readFileSync(join(folder, 'x.sqlite')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
