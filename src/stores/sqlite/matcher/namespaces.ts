import type { Namespace } from '../../../contracts/index.ts';
import type { DistributionFacts, RepositoryFacts } from '../../../core/index.ts';
import type { Database } from '../database.ts';

interface NamespaceRow {
  readonly key: string;
  readonly scheme: string;
  readonly distribution: string | null;
  readonly repository: string | null;
}

/** Namespaces as they stood at a commit. */
export interface KnownNamespaces {
  /** Those that current rows speak of, sorted by key. */
  readonly all: readonly Namespace[];
  /** Their keys by updater, sorted. */
  readonly byUpdater: ReadonlyMap<number, readonly string[]>;
}

/**
 * The namespaces in memory: there are thousands, every scan asks for all of them, and only the commit of an update changes them.
 * Each of those has a connection of its own, so `data_version` of this one tells of it.
 */
export class NamespaceCache {
  readonly #database: Database;
  #version: number | undefined;
  #known: KnownNamespaces = { all: [], byUpdater: new Map() };

  constructor(database: Database) {
    this.#database = database;
  }

  /** Inside a read transaction. */
  read(): KnownNamespaces {
    const version = this.#database.get<{ data_version: number }>('PRAGMA data_version')?.data_version;
    if (this.#version === version) return this.#known;
    this.#known = { all: readAll(this.#database), byUpdater: readByUpdater(this.#database) };
    this.#version = version;
    return this.#known;
  }
}

function readAll(database: Database): readonly Namespace[] {
  const sql = `SELECT key, scheme, distribution, repository FROM namespace
    WHERE id IN (SELECT namespace_id FROM updater_namespace) ORDER BY key`;
  return database.all<NamespaceRow>(sql).map(({ key, scheme, distribution, repository }) => ({
    key,
    scheme,
    ...(distribution !== null && { distribution: JSON.parse(distribution) as Partial<DistributionFacts> }),
    ...(repository !== null && { repository: JSON.parse(repository) as Partial<RepositoryFacts> }),
  }));
}

function readByUpdater(database: Database): ReadonlyMap<number, readonly string[]> {
  const sql = `SELECT u.updater_id, n.key FROM updater_namespace AS u CROSS JOIN namespace AS n ON n.id = u.namespace_id ORDER BY n.key`;
  const byUpdater = new Map<number, string[]>();
  for (const [updater, key] of database.tuples<readonly [number, string]>(sql)) {
    const keys = byUpdater.get(updater);
    if (keys) keys.push(key);
    else byUpdater.set(updater, [key]);
  }
  return byUpdater;
}
