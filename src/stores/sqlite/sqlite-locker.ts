import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease, LeaseProof, Locker, LockOptions } from '../../contracts/index.ts';
import { AbortedError, StoreError, throwIfAborted } from '../../core/index.ts';
import type { Database } from './database.ts';
import { releaseLease, renewLease, takeLease } from './lease-table.ts';

export interface LockerOptions {
  /** ms that a lock outlives its holder's last sign of life; 15 s if absent. */
  readonly lease?: number;
  /** ms between two tries of a waiter, at most; 500 if absent. */
  readonly lockRetry?: number;
}

const defaultLease = 15_000;
/** ms between two tries of a waiter: it starts with the first and ends with the last. */
const firstPause = 50;
const defaultLastPause = 500;

/** Locks as leases in a database file, on its machine's clock. */
export class SqliteLocker implements Locker, AsyncDisposable {
  readonly #database: Database;
  readonly #lease: number;
  readonly #lastPause: number;
  readonly #owner = randomUUID();
  readonly #held = new Set<HeldLease>();

  constructor(database: Database, options: LockerOptions = {}) {
    this.#database = database;
    this.#lease = options.lease ?? defaultLease;
    this.#lastPause = options.lockRetry ?? defaultLastPause;
  }

  async lock(key: string, options: LockOptions = {}): Promise<Lease> {
    for (let pause = Math.min(firstPause, this.#lastPause); ; pause = Math.min(pause * 2, this.#lastPause)) {
      const lease = await this.tryLock(key, options);
      if (lease) return lease;
      await jitteredPause(pause, options.signal);
    }
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

interface LeaseActions {
  renew(proof: LeaseProof): Promise<boolean>;
  release(proof: LeaseProof): Promise<void>;
  forget(lease: HeldLease): void;
}

/** A lock that is renewed at a third of its lease until it is released or lost. */
class HeldLease implements Lease {
  readonly key: string;
  readonly fence: number;
  readonly #lost = new AbortController();
  readonly #length: number;
  readonly #actions: LeaseActions;
  readonly #timer: NodeJS.Timeout;
  /** By this process's monotonic clock. */
  #renewedAt = performance.now();
  #isHeld = true;

  constructor(proof: LeaseProof, length: number, actions: LeaseActions) {
    this.key = proof.key;
    this.fence = proof.fence;
    this.#length = length;
    this.#actions = actions;
    // A process that has nothing else to do may end: its lease runs out.
    this.#timer = setInterval(() => void this.#renew(), length / 3).unref();
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  async release(): Promise<void> {
    if (!this.#isHeld) return;
    this.#end();
    await this.#actions.release(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  async #renew(): Promise<void> {
    const askedAt = performance.now();
    const renewed = await this.#actions.renew(this).catch(() => undefined);
    if (!this.#isHeld) return;
    if (renewed === true) this.#renewedAt = askedAt;
    // A database that cannot be asked says nothing about the lock: it counts as lost only once the lease may have run out.
    const isLost = renewed === false || performance.now() - this.#renewedAt >= this.#length;
    if (!isLost) return;
    this.#end();
    this.#lost.abort(new StoreError('LOCK_LOST', { key: this.key, fence: this.fence }));
  }

  #end(): void {
    this.#isHeld = false;
    clearInterval(this.#timer);
    this.#actions.forget(this);
  }
}

async function jitteredPause(pause: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(pause * (0.5 + Math.random() / 2), undefined, { ...(signal && { signal }) });
  } catch (cause) {
    throw new AbortedError({ cause });
  }
}
