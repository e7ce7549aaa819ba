import type { DeltaMention, DeltaSession, LeaseProof, PreparedAdvisory, UpdateCommit, UpdateOutcome } from '../../../contracts/index.ts';
import { StoreError, UsageError } from '../../../core/index.ts';
import type { Database } from '../database.ts';
import { checkLease } from '../lease-table.ts';
import { applyUpdate } from './apply-update.ts';
import { checkBase } from './check-base.ts';
import { DeltaMentions } from './delta-mentions.ts';
import { Stage } from './stage.ts';
import { findUpdater, lastOperation } from './updaters.ts';

export interface SessionOptions {
  readonly updater: string;
  readonly proof: LeaseProof;
  /** Fingerprint of what a delta is on top of; undefined for a whole feed. */
  readonly base: string | undefined;
  /** Called at the end of the write transaction, which may have been long. */
  readonly onWritten: (database: Database) => void;
  readonly onClosed: () => void;
}

/** An update on a connection of its own, which holds its temporary tables. */
export class SqliteUpdateSession implements DeltaSession {
  readonly #database: Database;
  readonly #options: SessionOptions;
  readonly #stage: Stage;
  readonly #mentions: DeltaMentions | undefined;
  readonly #operationBefore: number;
  #isOpen = true;
  /** What was last asked of the session; it never rejects. */
  #running: Promise<unknown> = Promise.resolve();

  /** Inside a read transaction. */
  constructor(database: Database, options: SessionOptions) {
    const updater = findUpdater(database, options.updater);
    checkLease(database, options.proof);
    if (options.base !== undefined) checkBase(database, options.updater, options.base);
    this.#database = database;
    this.#options = options;
    this.#operationBefore = lastOperation(database, updater);
    this.#stage = new Stage(database, updater);
    this.#mentions = options.base === undefined ? undefined : new DeltaMentions(database);
  }

  async stage(batch: readonly PreparedAdvisory[]): Promise<void> {
    this.#assertOpen();
    // A read transaction: temporary tables are not part of the database file.
    return this.#run(() =>
      this.#database.read(() => {
        for (const advisory of batch) this.#stage.add(advisory);
      }),
    );
  }

  async mention(batch: readonly DeltaMention[]): Promise<void> {
    this.#assertOpen();
    return this.#run(() =>
      this.#database.read(() => {
        for (const mention of batch) this.#mentions?.add(mention);
      }),
    );
  }

  async commit(commit: UpdateCommit): Promise<UpdateOutcome> {
    this.#assertOpen();
    this.#isOpen = false;
    return this.#run(async () => {
      await this.#database.read(() => {
        this.#stage.finish();
        this.#mentions?.finish();
      });
      return this.#database.write(() => this.#apply(commit));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false;
    // `return session.commit(…)` disposes before the commit has settled.
    await this.#running;
    this.#database[Symbol.dispose]();
    this.#options.onClosed();
  }

  #apply(commit: UpdateCommit): UpdateOutcome {
    const { updater, base } = this.#options;
    this.#assertUndisturbed();
    if (base !== undefined) checkBase(this.#database, updater, base, commit.updaterVersion);
    const outcome = applyUpdate(this.#database, { name: updater, stage: this.#stage, mentions: this.#mentions, commit });
    this.#options.onWritten(this.#database);
    return outcome;
  }

  /** One thing after another. */
  #run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#running.then(task);
    this.#running = result.catch(() => undefined);
    return result;
  }

  /** What was staged is a difference to what was stored when the session began. */
  #assertUndisturbed(): void {
    const { updater, proof } = this.#options;
    checkLease(this.#database, proof);
    const operation = lastOperation(this.#database, findUpdater(this.#database, updater));
    if (operation !== this.#operationBefore) throw new StoreError('LOCK_LOST', { key: proof.key, fence: proof.fence, operation });
  }

  #assertOpen(): void {
    if (!this.#isOpen) throw new UsageError('USAGE_CLOSED', { what: 'update session' });
  }
}
