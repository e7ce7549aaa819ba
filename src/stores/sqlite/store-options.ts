export interface SqliteStoreOptions {
  /** ms that a lock outlives its holder's last sign of life; 15 s if absent. */
  readonly lease?: number;
  /** ms that a call waits for another process's write before it gives up with `STORE_BUSY`; 30 s if absent. */
  readonly patience?: number;
  /** ms between two tries for a lock that somebody else holds, at most; 500 if absent. */
  readonly lockRetry?: number;
  /** Who holds the locks; a new name if absent. Under a name that is given, what is still locked under it is released when the store is opened. */
  readonly owner?: string;
  /** Whether the file is made or brought up to date when it is opened; true if absent. When false, another schema is `STORE_OUTDATED`. */
  readonly migrations?: boolean;
}

export const storeDefaults = { lease: 15_000, patience: 30_000, lockRetry: 500, migrations: true } as const;
