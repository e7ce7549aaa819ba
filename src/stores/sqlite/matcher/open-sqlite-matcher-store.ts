import type {
  AdvisoryText,
  AffectedRow,
  DeltaSession,
  LeaseProof,
  MatcherStore,
  Namespace,
  PackageQuery,
  UpdateDiff,
  UpdateOperation,
  UpdaterStatus,
  UpdateSession,
} from '../../../contracts/index.ts';
import { UsageError } from '../../../core/index.ts';
import { Database } from '../database.ts';
import { releaseLeasesOf } from '../lease-table.ts';
import { matcherSchema } from '../migrations/matcher.ts';
import { openDatabase } from '../open-database.ts';
import { SqliteLocker } from '../sqlite-locker.ts';
import { storeDefaults, type SqliteStoreOptions } from '../store-options.ts';
import { collectGarbage } from './collect-garbage.ts';
import { diff } from './diff.ts';
import { find } from './find.ts';
import { NamespaceCache } from './namespaces.ts';
import { recordFailure, recordUnchanged } from './record-attempt.ts';
import { stageSettings } from './stage-tables.ts';
import { operations, status } from './status.ts';
import { texts } from './texts.ts';
import { SqliteUpdateSession } from './update-session.ts';
import { upkeep } from './upkeep.ts';

const readerCache = 32 * 1024 * 1024;
const writerCache = 32 * 1024 * 1024;

/**
 * What is known of vulnerabilities, in one SQLite file; made if there is none. Several processes may use it at once:
 * readers see the set before or after an update, and are never kept waiting by one.
 * @throws StoreError `STORE_OPEN`, `STORE_NOT_OURS`, `STORE_VERSION`, `STORE_CORRUPT`, `STORE_BUSY`, `STORE_WRITE`
 */
export async function openSqliteMatcherStore(path: string, options: SqliteStoreOptions = {}): Promise<MatcherStore> {
  const settings = { ...storeDefaults, ...options };
  const database = await openDatabase(path, matcherSchema, { ...settings, cacheBytes: readerCache });
  if (settings.owner !== undefined) await releaseLeasesOf(database, settings.owner);
  return new SqliteMatcherStore(database, new SqliteLocker(database, settings), settings.patience);
}

class SqliteMatcherStore implements MatcherStore {
  readonly locker: SqliteLocker;
  readonly #database: Database;
  readonly #patience: number;
  readonly #namespaces: NamespaceCache;
  readonly #sessions = new Set<AsyncDisposable>();

  constructor(database: Database, locker: SqliteLocker, patience: number) {
    this.#database = database;
    this.locker = locker;
    this.#patience = patience;
    this.#namespaces = new NamespaceCache(database);
  }

  namespaces(): Promise<readonly Namespace[]> {
    return this.#database.read(() => this.#namespaces.read().all);
  }

  find(queries: readonly PackageQuery[]): Promise<readonly AffectedRow[]> {
    return this.#database.read(() => find(this.#database, queries));
  }

  texts(advisories: readonly number[]): Promise<ReadonlyMap<number, AdvisoryText>> {
    return this.#database.read(() => texts(this.#database, advisories));
  }

  beginUpdate(updater: string, proof: LeaseProof): Promise<UpdateSession> {
    return this.#begin(updater, proof, undefined);
  }

  beginDelta(updater: string, proof: LeaseProof, base: string): Promise<DeltaSession> {
    return this.#begin(updater, proof, base);
  }

  recordUnchanged(updater: string, at: string, fingerprint?: string): Promise<void> {
    return this.#database.write(() => recordUnchanged(this.#database, updater, at, fingerprint));
  }

  recordFailure(updater: string, at: string, error: { readonly code: string; readonly message: string }): Promise<void> {
    return this.#database.write(() => recordFailure(this.#database, updater, at, error));
  }

  status(): Promise<readonly UpdaterStatus[]> {
    return this.#database.read(() => status(this.#database, this.#namespaces.read()));
  }

  operations(updater?: string): Promise<readonly UpdateOperation[]> {
    return this.#database.read(() => operations(this.#database, updater));
  }

  diff(from: number, to: number, updater?: string): Promise<UpdateDiff> {
    return this.#database.read(() => diff(this.#database, from, to, updater));
  }

  async collectGarbage(keep: number): Promise<number> {
    const deleted = await this.#database.write(() => collectGarbage(this.#database, keep));
    await upkeep(this.#database);
    return deleted;
  }

  async #begin(updater: string, proof: LeaseProof, base: string | undefined): Promise<DeltaSession> {
    if (!this.#database.isOpen) throw new UsageError('USAGE_CLOSED', { what: 'store', path: this.#database.path });
    const connection = new Database(this.#database.path, { cacheBytes: writerCache, patience: this.#patience });
    try {
      connection.exec(stageSettings);
      const session = await connection.read(
        () =>
          new SqliteUpdateSession(connection, {
            updater,
            proof,
            base,
            onWritten: (database) => this.locker.renewHeld(database),
            onClosed: () => void this.#sessions.delete(session),
          }),
      );
      this.#sessions.add(session);
      return session;
    } catch (error) {
      connection[Symbol.dispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session[Symbol.asyncDispose]()));
    await this.locker[Symbol.asyncDispose]();
    this.#database[Symbol.dispose]();
  }
}
