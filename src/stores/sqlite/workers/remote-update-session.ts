import type { DeltaMention, DeltaSession, PreparedAdvisory, UpdateCommit, UpdateOutcome } from '../../../contracts/index.ts';
import { UsageError } from '../../../core/index.ts';
import type { UpdateCalls } from './store-service.ts';
import type { WorkerThread } from './worker-thread.ts';

/**
 * An update that a worker stages. One batch is on its way while the next is made, not more: a feed is parsed while it is staged,
 * and never gathers in between. What a batch fails with is thrown by the next call.
 */
export class RemoteUpdateSession implements DeltaSession {
  readonly #id: number;
  readonly #calls: UpdateCalls;
  readonly #writer: WorkerThread;
  /** What was last asked of the session, and all before. */
  #last: Promise<unknown> = Promise.resolve();
  #batches = 0;
  #isOpen = true;

  constructor(id: number, calls: UpdateCalls, writer: WorkerThread) {
    this.#id = id;
    this.#calls = calls;
    this.#writer = writer;
  }

  stage(batch: readonly PreparedAdvisory[]): Promise<void> {
    return this.#send(() => this.#calls.stage(this.#id, batch));
  }

  mention(batch: readonly DeltaMention[]): Promise<void> {
    return this.#send(() => this.#calls.mention(this.#id, batch));
  }

  async commit(commit: UpdateCommit): Promise<UpdateOutcome> {
    this.#assertOpen();
    this.#isOpen = false;
    // Asked at once, so that a store that is closed now still commits. What a batch failed with comes first.
    const committing = this.#calls.commit(this.#id, this.#batches, commit);
    await this.#then(Promise.all([this.#last, committing]));
    return await committing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false;
    // `return session.commit(…)` disposes before the commit has settled.
    await this.#last.catch(() => undefined);
    // A writer that is gone took the session with it.
    if (this.#writer.isRunning) await this.#calls.endUpdate(this.#id);
  }

  async #send(call: () => Promise<void>): Promise<void> {
    this.#assertOpen();
    const before = this.#last;
    this.#batches += 1;
    void this.#then(Promise.all([before, call()]));
    await before;
  }

  #then<T>(asked: Promise<T>): Promise<T> {
    this.#last = asked;
    asked.catch(() => undefined);
    return asked;
  }

  #assertOpen(): void {
    if (!this.#isOpen) throw new UsageError('USAGE_CLOSED', { what: 'update session' });
  }
}
