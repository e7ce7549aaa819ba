import { pipeline } from 'node:stream/promises';
import type { ClientBase, QueryConfig } from 'pg';
import type { CopyStreamQuery, CopyToStreamQuery } from 'pg-copy-streams';

/**
 * Statements inside one transaction, one at a time. Table names need no schema in front; parameters are `$1`, `$2`, … `bytea` takes
 * and gives bytes, `bigint` gives a number, a list is an array. A text with a NUL in it is refused by PostgreSQL: see `plain-text.ts`.
 */
export interface Sql {
  /** All rows; `Row` is what the SQL selects. */
  all<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** All rows as lists of columns: for thousands of rows. */
  tuples<Row extends readonly unknown[]>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** The first row. */
  get<Row>(text: string, values?: readonly unknown[]): Promise<Row | undefined>;
  /** How many rows were changed. Without values the text may hold several statements. */
  run(text: string, values?: readonly unknown[]): Promise<number>;
  /**
   * `COPY … FROM STDIN`. Chunks that can be had but once make the transaction one that is never tried again:
   * give a function where they can be had again.
   */
  copyIn(text: string, chunks: Chunks | (() => Chunks)): Promise<void>;
  /** `COPY … TO STDOUT`, to be read to its end before the next statement. */
  copyOut(text: string): AsyncIterable<Uint8Array>;
}

export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Its two functions, loaded when a database is opened. */
export interface CopyStreams {
  readonly from: (text: string) => CopyStreamQuery;
  readonly to: (text: string) => CopyToStreamQuery;
}

/** {@link Sql} over one connection. */
export class ClientSql implements Sql {
  readonly #client: ClientBase;
  readonly #copyStreams: CopyStreams;
  readonly #timeout: number;
  #isRepeatable = true;

  /** @param timeout ms that one statement may take; the server's own limit is a little shorter */
  constructor(client: ClientBase, copyStreams: CopyStreams, timeout: number) {
    this.#client = client;
    this.#copyStreams = copyStreams;
    this.#timeout = timeout;
  }

  /** False when something was used up that cannot be had again. */
  get isRepeatable(): boolean {
    return this.#isRepeatable;
  }

  async all<Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await this.#query(text, values)).rows as Row[];
  }

  async tuples<Row extends readonly unknown[]>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await this.#query(text, values, { rowMode: 'array' })).rows as Row[];
  }

  // The type is the caller's word for what its SQL selects: the only place where that is taken on trust.
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  async get<Row>(text: string, values: readonly unknown[] = []): Promise<Row | undefined> {
    return (await this.#query(text, values)).rows[0] as Row | undefined;
  }

  async run(text: string, values: readonly unknown[] = []): Promise<number> {
    return (await this.#query(text, values)).rowCount ?? 0;
  }

  /** Ends the transaction. False when the server had given it up, because an error in it went unheeded. */
  async commit(): Promise<boolean> {
    return (await this.#query('COMMIT', [])).command === 'COMMIT';
  }

  async copyIn(text: string, chunks: Chunks | (() => Chunks)): Promise<void> {
    if (typeof chunks !== 'function') this.#isRepeatable = false;
    const source = typeof chunks === 'function' ? chunks() : chunks;
    await pipeline(source, this.#client.query(this.#copyStreams.from(text)), { signal: AbortSignal.timeout(this.#timeout) });
  }

  copyOut(text: string): AsyncIterable<Uint8Array> {
    return this.#client.query(this.#copyStreams.to(text)) as AsyncIterable<Uint8Array>;
  }

  async #query(text: string, values: readonly unknown[], more: { readonly rowMode?: 'array' } = {}) {
    // Never named: a named statement belongs to one connection, and behind a pooler the next transaction has another.
    const query: QueryConfig & { query_timeout: number } = { text, query_timeout: this.#timeout, ...more };
    if (values.length > 0) query.values = [...values];
    return this.#client.query(query);
  }
}
