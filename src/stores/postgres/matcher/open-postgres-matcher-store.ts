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
import type { PostgresDatabase } from '../database.ts';
import { openDatabaseWithLocker, type LockerOfDatabase } from '../open-locker.ts';
import type { PostgresStoreOptions } from '../store-options.ts';
import { collectGarbage } from './collect-garbage.ts';
import { diff } from './diff.ts';
import { find } from './find.ts';
import { NamespaceCache } from './namespaces.ts';
import { recordFailure, recordUnchanged } from './record-attempt.ts';
import { matcherSchema } from './schema.ts';
import { SharedPartsCache } from './shared-parts.ts';
import { operations, status } from './status.ts';
import { texts } from './texts.ts';
import { takeTurn } from './turn.ts';
import { PostgresUpdateSession } from './update-session.ts';
import { upkeep } from './upkeep.ts';

/** ms that a statement of retention may take: much may have been closed at once. */
const garbagePatience = 10 * 60_000;

/**
 * What is known of vulnerabilities, in a schema of a PostgreSQL database; made if there is none. Any number of processes may use it at once:
 * readers see the set before or after an update, and are never kept waiting by one.
 * @throws StoreError `STORE_UNREACHABLE`, `STORE_DENIED`, `STORE_DATABASE_UNKNOWN`, `STORE_TLS`, `STORE_VERSION`, `STORE_NOT_OURS`
 * @throws UsageError `USAGE_OPTION` when the connection string cannot be read
 */
export async function openPostgresMatcherStore(options: PostgresStoreOptions): Promise<MatcherStore> {
  const { database, locker } = await openDatabaseWithLocker(options, matcherSchema);
  return new PostgresMatcherStore(database, locker);
}

class PostgresMatcherStore implements MatcherStore {
  readonly locker: LockerOfDatabase;
  readonly #database: PostgresDatabase;
  readonly #namespaces = new NamespaceCache();
  readonly #sharedParts = new SharedPartsCache();
  readonly #sessions = new Set<AsyncDisposable>();

  constructor(database: PostgresDatabase, locker: LockerOfDatabase) {
    this.#database = database;
    this.locker = locker;
  }

  namespaces(): Promise<readonly Namespace[]> {
    return this.#database.read((sql) => this.#namespaces.read(sql));
  }

  find(queries: readonly PackageQuery[]): Promise<readonly AffectedRow[]> {
    return this.#database.read((sql) => find(sql, queries, this.#sharedParts));
  }

  texts(advisories: readonly number[]): Promise<ReadonlyMap<number, AdvisoryText>> {
    return this.#database.read((sql) => texts(sql, advisories));
  }

  beginUpdate(updater: string, proof: LeaseProof): Promise<UpdateSession> {
    return this.#begin(updater, proof, undefined);
  }

  beginDelta(updater: string, proof: LeaseProof, base: string): Promise<DeltaSession> {
    return this.#begin(updater, proof, base);
  }

  recordUnchanged(updater: string, at: string, fingerprint?: string): Promise<void> {
    return this.#database.write((sql) => recordUnchanged(sql, updater, at, fingerprint), { lostCommit: 'repeat' });
  }

  recordFailure(updater: string, at: string, error: { readonly code: string; readonly message: string }): Promise<void> {
    return this.#database.write((sql) => recordFailure(sql, updater, at, error), { lostCommit: 'repeat' });
  }

  status(): Promise<readonly UpdaterStatus[]> {
    return this.#database.read(status);
  }

  operations(updater?: string): Promise<readonly UpdateOperation[]> {
    return this.#database.read((sql) => operations(sql, updater));
  }

  diff(from: number, to: number, updater?: string): Promise<UpdateDiff> {
    return this.#database.read((sql) => diff(sql, from, to, updater));
  }

  async collectGarbage(keep: number): Promise<number> {
    const deleted = await this.#database.write(
      async (sql) => {
        await takeTurn(sql);
        return collectGarbage(sql, keep);
      },
      { statementTimeout: garbagePatience },
    );
    await upkeep(this.#database);
    return deleted;
  }

  async #begin(updater: string, proof: LeaseProof, base: string | undefined): Promise<DeltaSession> {
    const onClosed = (): void => void this.#sessions.delete(session);
    const session = await PostgresUpdateSession.begin(this.#database, { updater, proof, base, onClosed });
    this.#sessions.add(session);
    return session;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session[Symbol.asyncDispose]()));
    await this.locker[Symbol.asyncDispose]();
    await this.#database[Symbol.asyncDispose]();
  }
}
