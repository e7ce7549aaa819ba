/** What a holder shows to prove that it still holds a lock. */
export interface LeaseProof {
  readonly key: string;
  /** Grows each time the lock changes hands, never shrinks. */
  readonly fence: number;
}

/** A lock that is held; renewed in the background until released. */
export interface Lease extends LeaseProof, AsyncDisposable {
  /** Fires when the lease was lost: the work under it must stop. */
  readonly signal: AbortSignal;
  release(): Promise<void>;
}

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Locks between processes, as leases on the store's clock: 15 s by default, renewed at a third.
 * Not re-entrant. Keys: `manifest:<digest>`, `layer:<digest>`, `updater:<name>`, `migrations`.
 */
export interface Locker {
  /** Waits until the lock is free. @throws AbortedError, StoreError */
  lock(key: string, options?: LockOptions): Promise<Lease>;
  /** Undefined when somebody else holds it. @throws StoreError */
  tryLock(key: string, options?: LockOptions): Promise<Lease | undefined>;
}
