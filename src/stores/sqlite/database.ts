import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { UsageError } from '../../core/index.ts';
import { isBusy, toStoreError } from './sqlite-error.ts';

export interface DatabaseOptions {
  /** Bytes of pages kept in memory. */
  readonly cacheBytes: number;
  /** ms that a call waits for another process's write before it gives up. */
  readonly patience: number;
}

/** ms that SQLite itself waits, with this thread standing still; beyond that we wait asynchronously. */
const blockingWait = 100;
/** Bytes to which the write-ahead log is cut back after a checkpoint. */
const journalSizeLimit = 64 * 1024 * 1024;

/**
 * One connection. Transactions are synchronous: nothing of this process can come between their statements.
 * What other processes do meets them only at their begin, which is retried while the database is locked.
 */
export class Database implements Disposable {
  readonly path: string;
  readonly #connection: DatabaseSync;
  readonly #patience: number;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, options: DatabaseOptions) {
    this.path = path;
    this.#patience = options.patience;
    this.#connection = new DatabaseSync(path, { timeout: blockingWait });
    this.#connection.exec(`PRAGMA cache_size = -${Math.ceil(options.cacheBytes / 1024)}; PRAGMA synchronous = NORMAL;
      PRAGMA journal_size_limit = ${journalSizeLimit}; PRAGMA foreign_keys = OFF`);
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  /** Runs statements that give nothing back and take nothing. */
  exec(sql: string): void {
    this.#connection.exec(sql);
  }

  /** All rows; `Row` is what the SQL selects. */
  all<Row>(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return this.statement(sql).all(...parameters) as Row[];
  }

  /** All rows as lists of columns: for thousands of rows, in half the time of {@link all}. */
  tuples<Row extends readonly unknown[]>(sql: string, ...parameters: SQLInputValue[]): Row[] {
    const statement = this.statement(sql);
    statement.setReturnArrays(true);
    try {
      return statement.all(...parameters) as unknown[] as Row[];
    } finally {
      statement.setReturnArrays(false);
    }
  }

  /** The first row. */
  // The type is the caller's word for what its SQL selects: the only place where that is taken on trust.
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  get<Row>(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.statement(sql).get(...parameters) as Row | undefined;
  }

  /** How many rows were changed. */
  run(sql: string, ...parameters: SQLInputValue[]): number {
    return Number(this.statement(sql).run(...parameters).changes);
  }

  /** Prepared once for each text. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const prepared = this.#connection.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }

  /** Reads from one snapshot. @throws StoreError, UsageError `USAGE_CLOSED` */
  read<T>(task: () => T): Promise<T> {
    return this.#transaction('BEGIN', task);
  }

  /**
   * All of the task is written, or nothing.
   * @param patience ms, in place of the connection's own
   * @throws StoreError, UsageError `USAGE_CLOSED`
   */
  write<T>(task: () => T, patience?: number): Promise<T> {
    return this.#transaction('BEGIN IMMEDIATE', task, patience);
  }

  /**
   * Writes the file anew, without its free pages: in proportion to its size. Left out where others are using it just now.
   * @throws StoreError `STORE_WRITE` where there is no room for a second file
   */
  async vacuum(): Promise<void> {
    try {
      // The file itself shrinks when what was written goes over from the log.
      await retryWhileBusy(() => this.#connection.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)'), this.#patience);
    } catch (error) {
      if (!isBusy(error)) throw toStoreError(error, this.path);
    }
  }

  [Symbol.dispose](): void {
    if (!this.#connection.isOpen) return;
    this.#statements.clear();
    this.#connection.close();
  }

  async #transaction<T>(begin: string, task: () => T, patience = this.#patience): Promise<T> {
    try {
      return await retryWhileBusy(() => this.#attempt(begin, task), patience);
    } catch (error) {
      throw toStoreError(error, this.path);
    }
  }

  #attempt<T>(begin: string, task: () => T): T {
    if (!this.#connection.isOpen) throw new UsageError('USAGE_CLOSED', { what: 'store', path: this.path });
    this.#connection.exec(begin);
    try {
      const result = task();
      this.#connection.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk or a damaged file may have rolled back already.
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
      throw error;
    }
  }
}

/** Calls until it is not refused as busy any more, at most `patience` ms long. The last refusal is thrown. */
export async function retryWhileBusy<T>(call: () => T, patience: number): Promise<T> {
  const deadline = performance.now() + patience;
  for (let pause = 5; ; pause = Math.min(pause * 2, 100)) {
    try {
      return call();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error;
    }
    // Jitter, so that two processes do not keep meeting.
    await sleep(pause * (0.5 + Math.random()));
  }
}
