import type { DeltaMention, DeltaSession, LeaseProof, PreparedAdvisory, UpdateCommit, UpdateOutcome } from '../../../contracts/index.ts';
import { StoreError, UsageError } from '../../../core/index.ts';
import type { PostgresDatabase } from '../database.ts';
import { checkLease } from '../lease-table.ts';
import type { Sql } from '../sql.ts';
import { applyUpdate } from './apply-update.ts';
import { DeltaMentions } from './delta-mentions.ts';
import { Stage } from './stage.ts';
import { StageBuffers } from './stage-buffers.ts';
import { analyzeStage, dropLeftStages, dropStage, emptySharedStage, sharedStage } from './stage-tables.ts';
import { storeInterned } from './store-interned.ts';
import { takeTurn } from './turn.ts';
import { assertBase, ensureUpdater, findUpdater, type KnownUpdater } from './updaters.ts';

export interface SessionOptions {
  readonly updater: string;
  readonly proof: LeaseProof;
  /** Fingerprint of what a delta is on top of; undefined for a whole feed. */
  readonly base: string | undefined;
  readonly onClosed: () => void;
}

/** ms that one statement of a merge may take: half a million rows at once. */
const patience = 10 * 60_000;
/** Of the transactions of a merge: what they sort and join fits into memory. */
const mergeSettings = "SET LOCAL work_mem = '64MB'";

/** An update: its connection is another one each time, what it stages stands in tables of its own. */
export class PostgresUpdateSession implements DeltaSession {
  readonly #database: PostgresDatabase;
  readonly #options: SessionOptions;
  readonly #before: KnownUpdater | undefined;
  readonly #buffers = new StageBuffers();
  readonly #stage: Stage;
  readonly #mentions: DeltaMentions | undefined;
  #isOpen = true;
  #closing: Promise<void> | undefined;
  /** What was last asked of the session; it never rejects. */
  #running: Promise<unknown> = Promise.resolve();

  private constructor(database: PostgresDatabase, options: SessionOptions, before: KnownUpdater | undefined) {
    this.#database = database;
    this.#options = options;
    this.#before = before;
    this.#stage = new Stage(before, this.#buffers);
    this.#mentions = options.base === undefined ? undefined : new DeltaMentions();
  }

  /** @throws StoreError `LOCK_LOST`, `UPDATE_BASE_LOST` */
  static async begin(database: PostgresDatabase, options: SessionOptions): Promise<PostgresUpdateSession> {
    const before = await database.write(
      async (sql) => {
        await checkLease(sql, options.proof);
        await dropLeftStages(sql, options.updater);
        return findUpdater(sql, options.updater);
      },
      { lostCommit: 'repeat' },
    );
    if (options.base !== undefined) assertBase(before, options.updater, options.base);
    return new PostgresUpdateSession(database, options, before);
  }

  async stage(batch: readonly PreparedAdvisory[]): Promise<void> {
    this.#assertOpen();
    return this.#run(async () => {
      const stored = this.#stage.mayBeStored ? await this.#database.read((sql) => this.#stage.findStored(sql, batch)) : [];
      this.#stage.add(batch, stored);
      if (this.#buffers.isEnough) await this.#send();
    });
  }

  async mention(batch: readonly DeltaMention[]): Promise<void> {
    this.#assertOpen();
    for (const mention of batch) this.#mentions?.add(mention);
  }

  async commit(commit: UpdateCommit): Promise<UpdateOutcome> {
    this.#assertOpen();
    this.#isOpen = false;
    return this.#run(async () => {
      this.#stage.finish();
      if (this.#buffers.session !== undefined) await this.#send();
      await this.#prepareMerge();
      return this.#database.write((sql) => this.#apply(sql, commit), { statementTimeout: patience });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false;
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    // `return session.commit(…)` disposes before the commit has settled.
    await this.#running;
    const { session } = this.#buffers;
    try {
      if (session !== undefined) await this.#database.write((sql) => dropStage(sql, session), { lostCommit: 'repeat' });
    } catch {
      // The database is away. The next session of this updater drops them.
    }
    this.#options.onClosed();
  }

  #send(): Promise<void> {
    return this.#buffers.send((task) => this.#database.write(task, { lostCommit: 'repeat' }), this.#options.updater);
  }

  /** Before the turn is taken, in which others wait: what is long and changes nothing that is found. */
  async #prepareMerge(): Promise<void> {
    const { session } = this.#buffers;
    if (session === undefined) return;
    const prepare = async (sql: Sql): Promise<void> => {
      await sql.run(mergeSettings);
      await analyzeStage(sql, session);
      await storeInterned(sql, session);
    };
    await this.#database.write(prepare, { statementTimeout: patience, lostCommit: 'repeat' });
  }

  async #apply(sql: Sql, commit: UpdateCommit): Promise<UpdateOutcome> {
    const { updater: name, proof, base } = this.#options;
    await checkLease(sql, proof);
    await sql.run(mergeSettings);
    await takeTurn(sql);
    await ensureUpdater(sql, name);
    const updater = await findUpdater(sql, name);
    // What was staged is a difference to what was stored when the session began.
    if (!updater || updater.operation !== (this.#before?.operation ?? 0)) {
      throw new StoreError('LOCK_LOST', { key: proof.key, fence: proof.fence });
    }
    if (base !== undefined) assertBase(updater, name, base, commit.updaterVersion);
    const changes = { updater, commit, stage: this.#stage, mentions: this.#mentions, session: this.#buffers.session };
    if (changes.session !== undefined || this.#buffers.isEmpty) return applyUpdate(sql, changes);
    await this.#buffers.sendToShared(sql);
    await analyzeStage(sql, sharedStage);
    const outcome = await applyUpdate(sql, { ...changes, session: sharedStage });
    await emptySharedStage(sql);
    return outcome;
  }

  /** One thing after another. */
  #run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#running.then(task);
    this.#running = result.catch(() => undefined);
    return result;
  }

  #assertOpen(): void {
    if (!this.#isOpen) throw new UsageError('USAGE_CLOSED', { what: 'update session' });
  }
}
