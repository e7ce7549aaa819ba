export interface SqliteStoreOptions {
  /** ms that a lock outlives its holder's last sign of life; 15 s if absent. */
  readonly lease?: number;
  /** ms that a call waits for another process's write before it gives up with `STORE_BUSY`; 30 s if absent. */
  readonly patience?: number;
}

export const storeDefaults = { lease: 15_000, patience: 30_000 } as const;
