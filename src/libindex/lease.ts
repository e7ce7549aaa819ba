import type { Lease, Locker } from '../contracts/index.ts';
import { StoreError } from '../core/index.ts';

export interface LeaseRequest {
  readonly locker: Locker;
  readonly key: string;
  /** Called once when somebody else holds the lock, before waiting for it. */
  readonly onWait?: () => void;
  readonly signal: AbortSignal;
}

/**
 * Runs a task while a lock is held. The task's signal fires for the caller's and for the loss of the lock.
 * @throws StoreError `LOCK_LOST` when the lock was lost while the task ran, AbortedError
 */
export async function underLease<T>(request: LeaseRequest, task: (lease: Lease, signal: AbortSignal) => Promise<T>): Promise<T> {
  const lease = await acquire(request);
  try {
    return await task(lease, AbortSignal.any([request.signal, lease.signal]));
  } catch (error) {
    // What a task throws once its lock is gone is a consequence of that, unless the caller had stopped it anyway.
    if (lease.signal.aborted && !request.signal.aborted) throw new StoreError('LOCK_LOST', { key: request.key }, { cause: error });
    throw error;
  } finally {
    // A lock that cannot be given back expires by itself: no reason to lose the result.
    await lease.release().catch(() => undefined);
  }
}

async function acquire({ locker, key, onWait, signal }: LeaseRequest): Promise<Lease> {
  const free = await locker.tryLock(key, { signal });
  if (free) return free;
  onWait?.();
  return await locker.lock(key, { signal });
}
