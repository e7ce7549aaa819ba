import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Pool, PoolClient } from 'pg';
import { StoreError, UsageError, type ClaircoreError } from '../../core/index.ts';
import { Semaphore } from '../../runtime/index.ts';
import type { DatabasePlace } from './connection-settings.ts';
import { setbackOf, toStoreError, type Setback } from './postgres-error.ts';
import { ClientSql, type CopyStreams, type Sql } from './sql.ts';

export type { Sql } from './sql.ts';

export interface TransactionOptions {
  /** ms that one statement may take; a minute if absent. */
  readonly statementTimeout?: number;
  /**
   * ms that the transaction may stand open with nothing asked of it; 15 s if absent, so that a process that is paused in the middle
   * does not keep what it locked.
   */
  readonly idleTimeout?: number;
  /** `reserved`: a connection that is kept for what must not wait behind long work; for moments only. */
  readonly connection?: 'pool' | 'reserved';
  /**
   * Where the answer to the commit was lost, nobody knows whether all was written. `repeat`: to write the same once more does no harm;
   * else it is `STORE_LOST`.
   */
  readonly lostCommit?: 'repeat' | 'fail';
}

/**
 * A database, and our schema in it. Each task is one transaction, tried again (so it may run more than once) when others were in its
 * way or its connection broke before the commit was sent. Nothing outlives a transaction on its connection: a pooler may stand between.
 */
export interface PostgresDatabase extends AsyncDisposable {
  readonly place: DatabasePlace;
  /** Reads from one snapshot. @throws StoreError, UsageError `USAGE_CLOSED` */
  read<T>(task: (sql: Sql) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** All of the task is written, or nothing; READ COMMITTED. @throws StoreError, UsageError `USAGE_CLOSED` */
  write<T>(task: (sql: Sql) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** A connection of the caller's own, outside the pool; to be ended by it. @throws StoreError */
  connectApart(): Promise<Client>;
  /** What such a connection threw, as an error of this package. */
  toStoreError(error: unknown): ClaircoreError;
}

export interface PoolOfDatabase {
  readonly place: DatabasePlace;
  /** The SQL schema that unqualified names stand for. */
  readonly schema: string;
  readonly pool: Pool;
  readonly poolSize: number;
  readonly reserved: Pool;
  readonly newClient: () => Client;
  readonly copyStreams: CopyStreams;
}

const defaultStatementTimeout = 60_000;
const defaultIdleTimeout = 15_000;
/** ms beyond the server's own limit after which a server that says nothing at all counts as gone. */
const grace = 5_000;
/** Tries of one transaction. Pauses double from the first: 2.5 s of conflicts, 3 s of a server that is away. */
const tries: Readonly<Record<Setback, { readonly most: number; readonly pause: number }>> = {
  conflict: { most: 10, pause: 5 },
  connection: { most: 7, pause: 50 },
};

export class PooledDatabase implements PostgresDatabase {
  readonly place: DatabasePlace;
  readonly #parts: PoolOfDatabase;
  /** The pool's own queue would count waiting for a free connection as a server that does not answer. */
  readonly #turns: { readonly pool: Semaphore; readonly reserved: Semaphore };
  #closing: Promise<void> | undefined;

  constructor(parts: PoolOfDatabase) {
    this.place = parts.place;
    this.#parts = parts;
    this.#turns = { pool: new Semaphore(parts.poolSize), reserved: new Semaphore(1) };
    // A connection that breaks while nobody uses it is replaced when one is needed.
    for (const pool of [parts.pool, parts.reserved]) pool.on('error', () => undefined);
  }

  read<T>(task: (sql: Sql) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.#transaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', task, { ...options, lostCommit: 'repeat' });
  }

  write<T>(task: (sql: Sql) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.#transaction('BEGIN ISOLATION LEVEL READ COMMITTED', task, options);
  }

  async connectApart(): Promise<Client> {
    this.#checkOpen();
    const client = this.#parts.newClient();
    // What is asked of it fails; who holds it listens as well.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      throw toStoreError(error, this.place);
    }
  }

  toStoreError(error: unknown): ClaircoreError {
    return toStoreError(error, this.place);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= Promise.all([this.#parts.pool.end(), this.#parts.reserved.end()]).then(() => undefined);
    await this.#closing;
  }

  async #transaction<T>(begin: string, task: (sql: Sql) => Promise<T>, options: TransactionOptions): Promise<T> {
    const made = { conflict: 0, connection: 0 };
    for (;;) {
      this.#checkOpen();
      const attempt = await this.#turns[options.connection ?? 'pool'].run(() => this.#attempt(begin, task, options));
      if (attempt.kind === 'done') return attempt.result;
      const { setback, error } = attempt;
      if (!setback || (made[setback] += 1) >= tries[setback].most) throw toStoreError(error, this.place);
      // Jitter, so that two processes do not keep meeting.
      await sleep(tries[setback].pause * 2 ** (made[setback] - 1) * (0.5 + Math.random() / 2));
    }
  }

  async #attempt<T>(begin: string, task: (sql: Sql) => Promise<T>, options: TransactionOptions): Promise<Attempt<T>> {
    const { pool, reserved, schema, copyStreams } = this.#parts;
    let client: PoolClient;
    try {
      client = await (options.connection === 'reserved' ? reserved : pool).connect();
    } catch (error) {
      return { kind: 'failed', error, setback: setbackOf(error) };
    }
    const statementTimeout = options.statementTimeout ?? defaultStatementTimeout;
    const sql = new ClientSql(client, copyStreams, statementTimeout + grace);
    const connection = watch(client);
    let isCommitSent = false;
    try {
      await sql.run(`${begin}; SET LOCAL search_path = ${schema}; SET LOCAL jit = off; SET LOCAL statement_timeout = ${statementTimeout};
        SET LOCAL idle_in_transaction_session_timeout = ${options.idleTimeout ?? defaultIdleTimeout}`);
      const result = await task(sql);
      isCommitSent = true;
      if (!(await sql.commit())) throw new StoreError('STORE_WRITE', this.place);
      connection.release();
      return { kind: 'done', result };
    } catch (thrown) {
      // The first thing that a broken connection says is what broke it; what comes after is only that it is closed.
      const error = connection.broken ?? thrown;
      const setback = setbackOf(error);
      if (setback === 'connection') connection.destroy();
      else await rollBack(sql, connection);
      const isCertain = !isCommitSent || setback === 'conflict' || options.lostCommit === 'repeat';
      return { kind: 'failed', error, setback: isCertain && sql.isRepeatable ? setback : undefined };
    }
  }

  #checkOpen(): void {
    if (this.#closing) throw new UsageError('USAGE_CLOSED', { what: 'store', ...this.place });
  }
}

type Attempt<T> =
  | { readonly kind: 'done'; readonly result: T }
  | { readonly kind: 'failed'; readonly error: unknown; readonly setback: Setback | undefined };

interface WatchedConnection {
  readonly broken: Error | undefined;
  release(): void;
  destroy(): void;
}

/** A connection that breaks says so as an event, which ends the process where nobody listens. */
function watch(client: PoolClient): WatchedConnection {
  let broken: Error | undefined;
  const listener = (error: Error): void => void (broken ??= error);
  client.on('error', listener);
  const giveBack = (isBroken: boolean): void => {
    client.release(isBroken);
    // The pool listens while it keeps the connection; one that it throws away may still complain.
    if (!isBroken) client.off('error', listener);
  };
  return {
    get broken() {
      return broken;
    },
    release: () => giveBack(broken !== undefined),
    destroy: () => giveBack(true),
  };
}

async function rollBack(sql: ClientSql, connection: WatchedConnection): Promise<void> {
  try {
    await sql.run('ROLLBACK');
    connection.release();
  } catch {
    connection.destroy();
  }
}
