/** How a PostgreSQL database is used; also for a cluster behind a transaction pooler. */
export interface PostgresStoreOptions {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…`; what is absent comes from the PG* environment variables, as in libpq. */
  readonly connectionString: string;
  /** Connections of the pool; 10 if absent. */
  readonly maxConnections?: number;
  /** Whether the schema is made or brought up to date when the store is opened; true if absent. When false, an older schema is `STORE_OUTDATED`. */
  readonly migrations?: boolean;
  /**
   * `lease` if absent: a row with an expiry, for poolers and proxies too. `postgres-advisory`: the seed's lock, free at once when its
   * holder's connection breaks; one connection for each lock that is held, and no transaction pooler in between.
   */
  readonly scanLock?: 'lease' | 'postgres-advisory';
  /** ms after which a lock whose holder gave no sign of life is free; 15,000 if absent. */
  readonly lease?: number;
  /** ms between two tries for a lock that somebody else holds, at most; 500 if absent (5,000 for `postgres-advisory`). */
  readonly lockRetry?: number;
}
