import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { LeaseProof } from '../../../contracts/index.ts';
import { storeDefaults, type SqliteStoreOptions } from '../store-options.ts';
import { remoteCalls, type Methods } from './calls.ts';
import { ReaderPool } from './reader-pool.ts';
import { RemoteLocker } from './remote-locker.ts';
import { lockRoutes, namesOf, type Routes } from './store-calls.ts';
import type { LockCalls, WorkerTask } from './store-service.ts';
import { WorkerThread } from './worker-thread.ts';

export interface StoreThreadsOptions extends SqliteStoreOptions {
  /** Threads that read, at most; if absent one a core, up to 4. */
  readonly readers?: number;
  /** MiB of JavaScript heap that a thread may fill; 512 if absent. */
  readonly heap?: number;
  /** What a thread runs; if absent what comes with this package. */
  readonly entry?: URL;
}

const maxReaders = 4;
const defaultHeap = 512;

/** The threads over one file: one that writes and holds the locks, and as many that read as are needed at one time. */
export class StoreThreads {
  readonly writer: WorkerThread;
  readonly reader: ReaderPool;
  readonly locker: RemoteLocker;

  constructor(kind: WorkerTask['kind'], path: string, { readers, entry, heap = defaultHeap, ...options }: StoreThreadsOptions) {
    // By its owner the next writer knows what one that broke down had locked.
    const writing: WorkerTask = { kind, path, options: { ...options, owner: randomUUID() } };
    this.writer = new WorkerThread({
      task: writing,
      entry,
      heap,
      onLost: (proof) => this.locker.lose(proof),
      onEnded: () => this.#giveBackLocks(),
    });
    const reading: WorkerTask = { kind, path, options: { ...options, migrations: false } };
    const most = readers ?? Math.min(availableParallelism(), maxReaders);
    this.reader = new ReaderPool(most, () => new WorkerThread({ task: reading, entry, heap }));
    const lockCalls = this.calls<LockCalls>(lockRoutes);
    this.locker = new RemoteLocker(lockCalls, options.lockRetry ?? storeDefaults.lockRetry);
  }

  /** The methods of the table, each of which asks the thread that the table names. */
  calls<Calls extends Methods<Calls>>(routes: Routes<Calls>): Calls {
    return remoteCalls<Calls>(namesOf(routes), (name, args) => this[routes[name]].ask(name, args.map(withoutLease)));
  }

  /** Opens the file, so that what is wrong with it is known now; the first reader with it. */
  async open(): Promise<void> {
    try {
      await this.writer.ask('open');
      await this.reader.ask('open');
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    // The writer releases them as it closes.
    this.locker.forgetAll();
    await Promise.all([this.writer.close(), this.reader.close()]);
  }

  #giveBackLocks(): void {
    if (!this.locker.loseAll()) return;
    // If it does not start either, they run out as those of a process that was killed.
    this.writer.ask('open').catch(() => undefined);
  }
}

/** A lease proves what its key and its fence say; its signal cannot be sent. */
function withoutLease(argument: unknown): unknown {
  return isProof(argument) ? { key: argument.key, fence: argument.fence } : argument;
}

function isProof(value: unknown): value is LeaseProof {
  return typeof value === 'object' && value !== null && 'key' in value && 'fence' in value;
}
