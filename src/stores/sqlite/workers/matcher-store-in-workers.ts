import type { MatcherStore } from '../../../contracts/index.ts';
import { RemoteUpdateSession } from './remote-update-session.ts';
import { matcherRoutes, updateRoutes } from './store-calls.ts';
import type { MatcherCalls, UpdateCalls } from './store-service.ts';
import { StoreThreads, type StoreThreadsOptions } from './store-threads.ts';

/**
 * As `openSqliteMatcherStore`, but the file is read and written in threads of their own: neither the commit of a large feed nor a large
 * question keeps other work waiting.
 * @throws StoreError `STORE_OPEN`, `STORE_NOT_OURS`, `STORE_VERSION`, `STORE_CORRUPT`, `STORE_BUSY`, `STORE_WRITE`, `STORE_WORKER`
 */
export async function openMatcherStoreInWorkers(path: string, options: StoreThreadsOptions = {}): Promise<MatcherStore> {
  const threads = new StoreThreads('matcher', path, options);
  await threads.open();
  const updates = threads.calls<UpdateCalls>(updateRoutes);
  let sessions = 0;
  return {
    ...threads.calls<MatcherCalls>(matcherRoutes),
    locker: threads.locker,
    async beginUpdate(updater, proof) {
      sessions += 1;
      const id = sessions;
      await updates.beginUpdate(id, updater, proof);
      return new RemoteUpdateSession(id, updates, threads.writer);
    },
    async beginDelta(updater, proof, base) {
      sessions += 1;
      const id = sessions;
      await updates.beginDelta(id, updater, proof, base);
      return new RemoteUpdateSession(id, updates, threads.writer);
    },
    [Symbol.asyncDispose]: () => threads.close(),
  };
}
