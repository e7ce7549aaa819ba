import { randomUUID } from 'node:crypto';
import type { Lease, Locker, LockOptions } from '../../contracts/index.ts';
import { throwIfAborted } from '../../core/index.ts';
import { HeldLease, untilLocked } from '../held-lease.ts';
import type { Database } from './database.ts';
import { releaseLease, renewLease, takeLease } from './lease-table.ts';

export interface LockerOptions {
  /** ms that a lock outlives its holder's last sign of life; 15 s if absent. */
  readonly lease?: number;
  /** ms between two tries of a waiter, at most; 500 if absent. */
  readonly lockRetry?: number;
  /** A new name if absent. */
  readonly owner?: string;
}

const defaultLease = 15_000;
/** ms between two tries of a waiter, at most. */
const defaultLastPause = 500;

/** Locks as leases in a database file, on its machine's clock. */
export class SqliteLocker implements Locker, AsyncDisposable {
  readonly #database: Database;
  readonly #lease: number;
  readonly #lastPause: number;
  readonly #owner: string;
  readonly #held = new Set<HeldLease>();

  constructor(database: Database, options: LockerOptions = {}) {
    this.#database = database;
    this.#lease = options.lease ?? defaultLease;
    this.#lastPause = options.lockRetry ?? defaultLastPause;
    this.#owner = options.owner ?? randomUUID();
  }

  async lock(key: string, options: LockOptions = {}): Promise<Lease> {
    return await untilLocked(() => this.tryLock(key, options), this.#lastPause, options.signal);
  }

  async tryLock(key: string, options: LockOptions = {}): Promise<Lease | undefined> {
    throwIfAborted(options.signal);
    const fence = await this.#database.write(() => takeLease(this.#database, key, this.#owner, this.#lease / 1000));
    if (fence === undefined) return undefined;
    const held = new HeldLease({ key, fence }, this.#lease, {
      renew: (proof) => this.#database.write(() => renewLease(this.#database, proof, this.#owner, this.#lease / 1000), this.#lease / 3),
      release: (proof) => this.#database.write(() => releaseLease(this.#database, proof, this.#owner)),
      forget: (lease) => void this.#held.delete(lease),
    });
    this.#held.add(held);
    return held;
  }

  /**
   * At the end of a long write transaction on the same file: what is held does not run out because of it.
   * Nobody can take a lock while it lasts, for that would be a write too.
   */
  renewHeld(database: Database): void {
    for (const held of this.#held) renewLease(database, held, this.#owner, this.#lease / 1000);
  }

  /** Releases what is still held. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#held].map((held) => held.release()));
  }
}
