import type { Fetched, Lease, Updater, UpdaterStatus } from '../../contracts/index.ts';
import { FeedError, LimitError, StoreError, throwIfAborted } from '../../core/index.ts';
import type { UpdateResult } from '../options.ts';
import { loadDelta, unexpected } from './load-delta.ts';
import { loadFeed } from './load-feed.ts';
import { openFingerprint } from './sealed-fingerprint.ts';
import { isFresh, recordFailure, type UpdateContext } from './update-context.ts';

/**
 * Brings one updater up to date under its lock. Whatever goes wrong with the feed is a `failed` result, and the last good
 * data stays in use.
 * @throws AbortedError when the caller's signal fires; StoreError where the lock cannot be asked for
 */
export async function runUpdater(updater: Updater, context: UpdateContext): Promise<UpdateResult> {
  const { name } = updater;
  await using lease = await context.store.locker.tryLock(`updater:${name}`, { signal: context.signal });
  if (!lease) return { updater: name, kind: 'busy' };
  const signals = context.signal ? [context.signal, lease.signal] : [lease.signal];
  try {
    return await refresh(updater, lease, { ...context, signal: AbortSignal.any(signals) });
  } catch (error) {
    throwIfAborted(context.signal);
    // Whoever holds the lock now answers for the updater's status.
    if (lease.signal.aborted)
      return { updater: name, kind: 'failed', error: new StoreError('LOCK_LOST', { key: lease.key }, { cause: error }) };
    await recordFailure(context, name, error);
    return { updater: name, kind: 'failed', error };
  }
}

async function refresh(updater: Updater, lease: Lease, context: UpdateContext): Promise<UpdateResult> {
  const { store, client, signal } = context;
  const { name } = updater;
  // Asked only now: another process may have done the work while the lock was waited for.
  const status = (await store.status()).find((status) => status.updater === name);
  if (isFresh(status, updater.version, context)) return { updater: name, kind: 'fresh' };
  const last = status?.updaterVersion === updater.version ? status : undefined;
  const fingerprint = openFingerprint(last?.fingerprint, context);
  // Only where the rows can stay as they are is there something that a delta could stand on.
  const base = fingerprint === undefined ? undefined : last;
  const accept = base && store.beginDelta && updater.parseDelta ? 'delta' : 'whole';
  const fetched = await updater.fetch(fingerprint, { client, accept, signal });
  if (fetched.kind === 'unchanged' || fetched.scope !== 'delta') return settle(updater, fetched, lease, base, context);
  if (!base || accept !== 'delta') throw unexpected(name);
  try {
    return await loadDelta({ updater, fetched, lease, context }, base);
  } catch (error) {
    throwIfAborted(signal);
    if (!isMendedByWhole(error)) throw error;
    context.logger.log('info', 'the changes of a feed cannot be used; the whole of it is fetched', { updater: name, error });
  }
  return settle(updater, await updater.fetch(undefined, { client, signal }), lease, base, context);
}

/** @param last the last load, where an equal body would give equal rows */
async function settle(
  updater: Updater,
  fetched: Fetched,
  lease: Lease,
  last: UpdaterStatus | undefined,
  context: UpdateContext,
): Promise<UpdateResult> {
  if (fetched.kind === 'changed') return loadFeed({ updater, fetched, lease, context }, last);
  await context.store.recordUnchanged(updater.name, context.clock.now().toISOString());
  return { updater: updater.name, kind: 'unchanged' };
}

/** Whether there is hope in the whole feed where its changes failed: not where nobody answers, nor where the store is at fault. */
function isMendedByWhole(error: unknown): boolean {
  if (error instanceof FeedError) return error.code !== 'FEED_UNREACHABLE' && error.code !== 'FEED_OFFLINE';
  return error instanceof LimitError || (error instanceof StoreError && error.code === 'UPDATE_BASE_LOST');
}
