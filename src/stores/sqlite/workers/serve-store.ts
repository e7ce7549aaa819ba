import type { MessagePort } from 'node:worker_threads';
import type { DeltaSession, Lease, LeaseProof, Locker, MatcherStore, UpdateSession } from '../../../contracts/index.ts';
import { ClaircoreError, StoreError } from '../../../core/index.ts';
import { openSqliteIndexerStore } from '../indexer/open-sqlite-indexer-store.ts';
import { openSqliteMatcherStore } from '../matcher/open-sqlite-matcher-store.ts';
import { remoteCalls, type Loss, type Methods } from './calls.ts';
import { indexerRoutes, matcherRoutes, namesOf, type Routes } from './store-calls.ts';
import type {
  IndexerCalls,
  IndexerService,
  LockCalls,
  MatcherCalls,
  MatcherService,
  UpdateCalls,
  WorkerCalls,
  WorkerTask,
} from './store-service.ts';

/** What a worker over index results answers. */
export async function serveIndexer({ path, options }: WorkerTask, port: MessagePort): Promise<IndexerService> {
  const store = await openSqliteIndexerStore(path, options);
  return { ...plainCalls<IndexerCalls>(indexerRoutes, store), ...lockCalls(store.locker, port), ...workerCalls(store) };
}

/** What a worker over advisories answers. */
export async function serveMatcher({ path, options }: WorkerTask, port: MessagePort): Promise<MatcherService> {
  const store = await openSqliteMatcherStore(path, options);
  const updates = updateCalls(path, store);
  return { ...plainCalls<MatcherCalls>(matcherRoutes, store), ...updates, ...lockCalls(store.locker, port), ...workerCalls(store) };
}

/** The methods of the table as a worker's own: those of a class are not among its entries. */
function plainCalls<Calls extends Methods<Calls>>(routes: Routes<Calls>, store: Calls): Calls {
  const methods: Methods<Calls> = store;
  return remoteCalls<Calls>(namesOf(routes), (name, args) => methods[name].call(store, ...(args as never[])));
}

function workerCalls(store: AsyncDisposable): WorkerCalls {
  return {
    open: () => Promise.resolve(),
    close: async () => store[Symbol.asyncDispose](),
  };
}

/** Leases live here, where no other work of the process keeps them from being renewed. */
function lockCalls(locker: Locker, port: MessagePort): LockCalls {
  const held = new Map<string, Lease>();
  const name = ({ key, fence }: LeaseProof): string => `${fence} ${key}`;
  return {
    async tryLock(key) {
      const lease = await locker.tryLock(key);
      if (!lease) return undefined;
      const proof: LeaseProof = { key, fence: lease.fence };
      held.set(name(proof), lease);
      lease.signal.addEventListener('abort', () => {
        held.delete(name(proof));
        port.postMessage({ lost: proof } satisfies Loss);
      });
      return proof;
    },
    async release(proof) {
      const lease = held.get(name(proof));
      held.delete(name(proof));
      await lease?.release();
    },
  };
}

interface RunningUpdate {
  readonly session: UpdateSession & Partial<Pick<DeltaSession, 'mention'>>;
  /** Rejects with what any batch failed with. */
  staged: Promise<unknown>;
  batches: number;
}

function updateCalls(path: string, store: MatcherStore): UpdateCalls {
  const updates = new Map<number, RunningUpdate>();
  const running = (session: number): RunningUpdate => {
    const found = updates.get(session);
    // It began in a worker that is not any more.
    if (!found) throw new StoreError('STORE_WORKER', { path });
    return found;
  };
  const add = async (update: RunningUpdate, task: Promise<void> | undefined): Promise<void> => {
    update.batches += 1;
    update.staged = Promise.all([update.staged, task]);
    await update.staged;
  };
  return {
    async beginUpdate(session, updater, proof) {
      updates.set(session, { session: await store.beginUpdate(updater, proof), staged: Promise.resolve(), batches: 0 });
    },
    async beginDelta(session, updater, proof, base) {
      const begun = await store.beginDelta?.(updater, proof, base);
      if (begun) updates.set(session, { session: begun, staged: Promise.resolve(), batches: 0 });
    },
    async stage(session, batch) {
      const update = running(session);
      await add(update, update.session.stage(batch));
    },
    async mention(session, batch) {
      const update = running(session);
      await add(update, update.session.mention?.(batch));
    },
    async commit(session, batches, commit) {
      const update = running(session);
      // It is asked for before the answer about the last batch is there, which may have failed, or may not even have been sent.
      await update.staged;
      if (update.batches !== batches) throw new ClaircoreError('INTERNAL', { batches, staged: update.batches });
      return await update.session.commit(commit);
    },
    async endUpdate(session) {
      const found = updates.get(session);
      updates.delete(session);
      await found?.session[Symbol.asyncDispose]();
    },
  };
}
