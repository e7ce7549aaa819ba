import type {
  DeltaMention,
  IndexerStore,
  LeaseProof,
  MatcherStore,
  PreparedAdvisory,
  UpdateCommit,
  UpdateOutcome,
} from '../../../contracts/index.ts';
import type { SqliteStoreOptions } from '../store-options.ts';

/** What a worker is started with. */
export interface WorkerTask {
  readonly kind: 'indexer' | 'matcher';
  readonly path: string;
  readonly options: SqliteStoreOptions;
}

/** Locks by their proofs; that one was lost is said unasked. */
export interface LockCalls {
  tryLock(key: string): Promise<LeaseProof | undefined>;
  release(proof: LeaseProof): Promise<void>;
}

/** Updates by numbers that the caller chooses: none is used twice, also not in the next worker. */
export interface UpdateCalls {
  beginUpdate(session: number, updater: string, proof: LeaseProof): Promise<void>;
  beginDelta(session: number, updater: string, proof: LeaseProof, base: string): Promise<void>;
  stage(session: number, batch: readonly PreparedAdvisory[]): Promise<void>;
  mention(session: number, batch: readonly DeltaMention[]): Promise<void>;
  /** @param batches how many must have been staged or mentioned: without one of them nothing is committed */
  commit(session: number, batches: number, commit: UpdateCommit): Promise<UpdateOutcome>;
  endUpdate(session: number): Promise<void>;
}

/** What every worker can be asked. */
export interface WorkerCalls {
  /** Resolves when the store is open. */
  open(): Promise<void>;
  /** Releases all locks, closes the store; resolves when everything that was asked before is answered. */
  close(): Promise<void>;
}

/** The methods of a store that take and give plain data: they are called as they are. */
export type PlainCalls<Store> = Pick<Store, Exclude<keyof Store & string, 'locker' | 'beginUpdate' | 'beginDelta'>>;

export type IndexerCalls = PlainCalls<IndexerStore>;
export type MatcherCalls = PlainCalls<MatcherStore>;
export type IndexerService = IndexerCalls & LockCalls & WorkerCalls;
export type MatcherService = MatcherCalls & LockCalls & UpdateCalls & WorkerCalls;
