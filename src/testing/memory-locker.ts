import type { Lease, LeaseProof, Locker, LockOptions } from '../contracts/index.ts';
import { AbortedError, StoreError, throwIfAborted } from '../core/index.ts';

/** A {@link Locker} inside one process. Leases never run out by themselves: {@link MemoryLocker.takeAway} plays the expiry. */
export class MemoryLocker implements Locker {
  readonly #fences = new Map<string, number>();
  readonly #held = new Map<string, { readonly fence: number; readonly lost: AbortController }>();
  readonly #waiting = new Map<string, (() => void)[]>();

  async lock(key: string, options: LockOptions = {}): Promise<Lease> {
    for (;;) {
      const lease = await this.tryLock(key, options);
      if (lease) return lease;
      await this.#untilFree(key, options.signal);
    }
  }

  async tryLock(key: string, options: LockOptions = {}): Promise<Lease | undefined> {
    throwIfAborted(options.signal);
    if (this.#held.has(key)) return undefined;
    const fence = (this.#fences.get(key) ?? 0) + 1;
    const lost = new AbortController();
    this.#fences.set(key, fence);
    this.#held.set(key, { fence, lost });
    const release = async (): Promise<void> => {
      if (this.holds({ key, fence })) this.#free(key);
    };
    return { key, fence, signal: lost.signal, release, [Symbol.asyncDispose]: release };
  }

  /** Whether the lock is still held by whom the proof was given to. */
  holds(proof: LeaseProof): boolean {
    return this.#held.get(proof.key)?.fence === proof.fence;
  }

  /** @throws StoreError `LOCK_LOST` */
  check(proof: LeaseProof): void {
    if (!this.holds(proof)) throw new StoreError('LOCK_LOST', { key: proof.key, fence: proof.fence });
  }

  /** The keys that are held now, sorted. */
  get keys(): readonly string[] {
    return [...this.#held.keys()].sort();
  }

  /** As if the holder had slept beyond its lease: its signal fires, its proof is void, the next one gets the lock. */
  takeAway(key: string): void {
    const held = this.#held.get(key);
    if (!held) return;
    this.#free(key);
    held.lost.abort(new StoreError('LOCK_LOST', { key, fence: held.fence }));
  }

  #free(key: string): void {
    this.#held.delete(key);
    this.#waiting.get(key)?.shift()?.();
  }

  async #untilFree(key: string, signal: AbortSignal | undefined): Promise<void> {
    const queue = this.#waiting.get(key) ?? [];
    this.#waiting.set(key, queue);
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        queue.splice(queue.indexOf(enter), 1);
        reject(new AbortedError({ cause: signal?.reason }));
      };
      queue.push(enter);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}
