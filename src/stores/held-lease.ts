import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease, LeaseProof } from '../contracts/index.ts';
import { AbortedError, StoreError } from '../core/index.ts';

/** ms before the second try of a waiter; each pause is twice the one before. */
const firstPause = 50;

/** Tries until the lock is got. @param lastPause ms between two tries, at most */
export async function untilLocked(tryLock: () => Promise<Lease | undefined>, lastPause: number, signal?: AbortSignal): Promise<Lease> {
  for (let pause = Math.min(firstPause, lastPause); ; pause = Math.min(pause * 2, lastPause)) {
    const lease = await tryLock();
    if (lease) return lease;
    await jitteredPause(pause, signal);
  }
}

/** What a kind of lock does in its database. */
export interface LeaseActions {
  renew(proof: LeaseProof): Promise<boolean>;
  release(proof: LeaseProof): Promise<void>;
  forget(lease: HeldLease): void;
}

/** A lock that is renewed at a third of its lease until it is released or lost. */
export class HeldLease implements Lease {
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

  /** Somebody else may have the lock: the work under it must stop. */
  lose(): void {
    if (!this.#isHeld) return;
    this.#end();
    this.#lost.abort(new StoreError('LOCK_LOST', { key: this.key, fence: this.fence }));
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
    if (isLost) this.lose();
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
