import { randomUUID } from 'node:crypto';
import type { Lease, Locker, LockOptions } from '../../contracts/index.ts';
import { throwIfAborted } from '../../core/index.ts';
import { HeldLease, untilLocked } from '../held-lease.ts';
import type { PostgresDatabase } from './database.ts';
import { releaseLease, renewLease, takeLease } from './lease-table.ts';

export interface LockerOptions {
  /** ms that a lock outlives its holder's last sign of life. */
  readonly lease: number;
  /** ms between two tries of a waiter, at most. */
  readonly lockRetry: number;
}

/** Any of these may be done twice. */
const repeatable = { lostCommit: 'repeat' } as const;

/** Locks as leases in the database, on its clock. Nothing of them is in a connection. */
export class PostgresLocker implements Locker, AsyncDisposable {
  readonly #database: PostgresDatabase;
  readonly #options: LockerOptions;
  readonly #held = new Set<HeldLease>();

  constructor(database: PostgresDatabase, options: LockerOptions) {
    this.#database = database;
    this.#options = options;
  }

  async lock(key: string, options: LockOptions = {}): Promise<Lease> {
    return await untilLocked(() => this.tryLock(key, options), this.#options.lockRetry, options.signal);
  }

  async tryLock(key: string, options: LockOptions = {}): Promise<Lease | undefined> {
    throwIfAborted(options.signal);
    const length = this.#options.lease;
    // One owner a lock: a take whose commit was answered by nobody is known again.
    const owner = randomUUID();
    const fence = await this.#database.write((sql) => takeLease(sql, key, owner, length), repeatable);
    if (fence === undefined) return undefined;
    const held = new HeldLease({ key, fence }, length, {
      // Not behind the work of this process that the lock is for.
      renew: (proof) =>
        this.#database.write((sql) => renewLease(sql, proof, owner, length), {
          ...repeatable,
          connection: 'reserved',
          statementTimeout: length,
        }),
      release: (proof) => this.#database.write((sql) => releaseLease(sql, proof, owner), repeatable),
      forget: (lease) => void this.#held.delete(lease),
    });
    this.#held.add(held);
    return held;
  }

  /** Releases what is still held. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#held].map((held) => held.release()));
  }
}
