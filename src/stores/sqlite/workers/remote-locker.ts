import type { Lease, LeaseProof, Locker, LockOptions } from '../../../contracts/index.ts';
import { StoreError, throwIfAborted } from '../../../core/index.ts';
import { untilLocked } from '../../held-lease.ts';
import type { LockCalls } from './store-service.ts';

/** Locks that a worker holds and renews. */
export class RemoteLocker implements Locker {
  readonly #calls: LockCalls;
  readonly #lastPause: number;
  readonly #held = new Map<string, RemoteLease>();
  #mayHold = false;

  /** @param lastPause ms between two tries of a waiter, at most */
  constructor(calls: LockCalls, lastPause: number) {
    this.#calls = calls;
    this.#lastPause = lastPause;
  }

  async lock(key: string, options: LockOptions = {}): Promise<Lease> {
    return await untilLocked(() => this.tryLock(key, options), this.#lastPause, options.signal);
  }

  async tryLock(key: string, options: LockOptions = {}): Promise<Lease | undefined> {
    throwIfAborted(options.signal);
    this.#mayHold = true;
    const proof = await this.#calls.tryLock(key);
    if (!proof) return undefined;
    const lease = new RemoteLease(proof, async () => {
      this.#held.delete(nameOf(proof));
      await this.#calls.release(proof);
    });
    this.#held.set(nameOf(proof), lease);
    return lease;
  }

  /** The worker lost it. */
  lose(proof: LeaseProof): void {
    this.#held.get(nameOf(proof))?.lose();
    this.#held.delete(nameOf(proof));
  }

  /** Nobody renews them any more. Gives whether there may be locks in the store that nobody will release. */
  loseAll(): boolean {
    const mayHold = this.#mayHold;
    this.#mayHold = false;
    for (const lease of this.#held.values()) lease.lose();
    this.#held.clear();
    return mayHold;
  }

  /** The worker releases them as it closes. */
  forgetAll(): void {
    for (const lease of this.#held.values()) lease.forget();
    this.#held.clear();
  }
}

function nameOf({ key, fence }: LeaseProof): string {
  return `${fence} ${key}`;
}

class RemoteLease implements Lease {
  readonly key: string;
  readonly fence: number;
  readonly #lost = new AbortController();
  readonly #release: () => Promise<void>;
  #isHeld = true;

  constructor({ key, fence }: LeaseProof, release: () => Promise<void>) {
    this.key = key;
    this.fence = fence;
    this.#release = release;
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  async release(): Promise<void> {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    await this.#release();
  }

  lose(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#lost.abort(new StoreError('LOCK_LOST', { key: this.key, fence: this.fence }));
  }

  forget(): void {
    this.#isHeld = false;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }
}
