import type { IndexerStore, MatcherStore } from '../contracts/index.ts';
import { UsageError } from '../core/index.ts';
import { checkBoolean, checkChoice, checkInteger, checkOptionNames } from '../runtime/index.ts';
import { openSqliteIndexerStore, openSqliteMatcherStore } from '../stores/index.ts';
import type { PostgresStoreOptions } from '../stores/postgres/store-options.ts';
import type { SqliteStoreOptions } from '../stores/sqlite/store-options.ts';

interface LockOptions {
  /** ms between two tries for a lock that somebody else holds, at most; 500 if absent (5,000 for `postgres-advisory`). */
  readonly scanLockRetry?: number;
}

/**
 * A pair of files, made where they are not: `path` for advisories and `path` + `.index` for index results, so that loading a feed
 * never stops an index.
 */
export interface SqliteDataStore extends LockOptions, Pick<SqliteStoreOptions, 'lease' | 'migrations'> {
  readonly dataStore: 'sqlite';
  readonly path: string;
  /** The file for index results; `path` + `.index` if absent. */
  readonly indexPath?: string;
  readonly scanLock?: 'lease';
  /**
   * Where SQLite works: on the thread that calls it, which does nothing else meanwhile (`main`, if absent), or in threads of its own
   * (`workers`), so that a service answers while a feed is committed. Those take some memory, and start in some tens of ms.
   */
  readonly threads?: 'main' | 'workers';
}

/** A PostgreSQL database, for a fleet; advisories and index results may be in one or in two. */
export interface PostgresDataStore extends LockOptions, Omit<PostgresStoreOptions, 'lockRetry'> {
  readonly dataStore: 'postgres';
}

/** Where data is kept. Give `openLibindex` and `openLibvuln` the same, or each its own. */
export type DataStoreOptions = SqliteDataStore | PostgresDataStore;

/** A compiler error here says that an option was added or taken away. */
type NamesOf<T> = Readonly<Record<Exclude<keyof T, 'dataStore'>, true>>;

const ofBoth = { scanLock: true, scanLockRetry: true, lease: true, migrations: true } as const;
const sqliteNames: NamesOf<SqliteDataStore> = { path: true, indexPath: true, threads: true, ...ofBoth };
const postgresNames: NamesOf<PostgresDataStore> = { connectionString: true, maxConnections: true, ...ofBoth };

/** @throws UsageError `USAGE_OPTION`; StoreError where the store cannot be opened */
export async function openIndexerStore(options: DataStoreOptions): Promise<IndexerStore> {
  checkDataStore(options);
  if (options.dataStore === 'sqlite') {
    const path = options.indexPath ?? `${options.path}.index`;
    if (options.threads !== 'workers') return await openSqliteIndexerStore(path, toSqlite(options));
    const { openIndexerStoreInWorkers } = await import('../stores/sqlite/workers/index.ts');
    return await openIndexerStoreInWorkers(path, toSqlite(options));
  }
  const { openPostgresIndexerStore } = await import('../stores/postgres/index.ts');
  return await openPostgresIndexerStore(toPostgres(options));
}

/** @throws UsageError `USAGE_OPTION`; StoreError where the store cannot be opened */
export async function openMatcherStore(options: DataStoreOptions): Promise<MatcherStore> {
  checkDataStore(options);
  if (options.dataStore === 'sqlite') {
    if (options.threads !== 'workers') return await openSqliteMatcherStore(options.path, toSqlite(options));
    const { openMatcherStoreInWorkers } = await import('../stores/sqlite/workers/index.ts');
    return await openMatcherStoreInWorkers(options.path, toSqlite(options));
  }
  const { openPostgresMatcherStore } = await import('../stores/postgres/index.ts');
  return await openPostgresMatcherStore(toPostgres(options));
}

/**
 * The options of the data store among others, and the others.
 * @throws UsageError `USAGE_OPTION` for a data store that there is not, an option of the store that cannot be, and one that is neither the
 * store's nor among `others`
 */
export function splitDataStore<T extends object>(
  options: DataStoreOptions & T,
  others: Readonly<Record<Exclude<keyof T, 'dataStore'>, true>>,
): readonly [DataStoreOptions, T] {
  checkKind(options);
  const own = dataStoreNames(options);
  checkOptionNames(options, [...own, ...Object.keys(others)]);
  const [dataStore, rest] = [{ ...options }, { ...options }] as const;
  for (const name of Object.keys(options)) Reflect.deleteProperty(own.includes(name) ? rest : dataStore, name);
  checkDataStore(dataStore);
  return [dataStore, rest];
}

function dataStoreNames({ dataStore }: DataStoreOptions): readonly string[] {
  return ['dataStore', ...Object.keys(dataStore === 'sqlite' ? sqliteNames : postgresNames)];
}

/** Names the option; never shows a connection string, which may hold a password. */
function checkDataStore(options: DataStoreOptions): void {
  checkKind(options);
  checkOptionNames(options, dataStoreNames(options));
  if (options.dataStore === 'sqlite') {
    checkText('path', options.path);
    if (options.indexPath !== undefined) checkText('indexPath', options.indexPath);
    checkChoice('scanLock', options.scanLock, ['lease']);
    checkChoice('threads', options.threads, ['main', 'workers']);
  } else {
    checkText('connectionString', options.connectionString);
    checkChoice('scanLock', options.scanLock, ['lease', 'postgres-advisory']);
    checkInteger('maxConnections', options.maxConnections, { min: 1, max: 10_000 });
  }
  checkInteger('scanLockRetry', options.scanLockRetry, { min: 10, max: 600_000, unit: 'ms' });
  checkInteger('lease', options.lease, { min: 1000, max: 600_000, unit: 'ms' });
  checkBoolean('migrations', options.migrations);
}

function checkKind({ dataStore }: DataStoreOptions): void {
  // Absent is not fine here.
  checkChoice('dataStore', dataStore ?? '', ['sqlite', 'postgres']);
}

function checkText(option: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  throw new UsageError('USAGE_OPTION', { option, value: value === '' ? '' : typeof value, expected: 'a text that is not empty' });
}

function toSqlite({ lease, scanLockRetry, migrations }: SqliteDataStore): SqliteStoreOptions {
  return {
    ...(lease !== undefined && { lease }),
    ...(scanLockRetry !== undefined && { lockRetry: scanLockRetry }),
    ...(migrations !== undefined && { migrations }),
  };
}

function toPostgres({ dataStore: _, scanLockRetry, ...options }: PostgresDataStore): PostgresStoreOptions {
  return { ...options, ...(scanLockRetry !== undefined && { lockRetry: scanLockRetry }) };
}
