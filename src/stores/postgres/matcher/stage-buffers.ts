import type { Sql } from '../sql.ts';
import { CopyBuffer } from './copy-buffer.ts';
import { createStage, sharedStage, stageColumns, stageTable, stageTableNames, type StageTable } from './stage-tables.ts';

/** Characters that are collected before they are sent. */
const enough = 4 * 1024 * 1024;

/** What was staged and is not in the staging tables yet; they are made when there is the first to be put into them. */
export class StageBuffers {
  readonly #buffers: ReadonlyMap<StageTable, CopyBuffer> = new Map(
    stageTableNames.map((table) => [table, new CopyBuffer(stageColumns(table))]),
  );
  #session: number | undefined;
  #sent = 0;

  table(name: StageTable): CopyBuffer {
    const buffer = this.#buffers.get(name);
    if (!buffer) throw new RangeError(name);
    return buffer;
  }

  /** Number of the session, if it has tables. */
  get session(): number | undefined {
    return this.#session;
  }

  get isEnough(): boolean {
    return this.#size >= enough;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Where nothing was sent before: sends all to the shared tables, in the transaction of the merge, by whoever has the turn. */
  async sendToShared(sql: Sql): Promise<void> {
    for (const [table, buffer] of this.#buffers) await buffer.send(sql, stageTable(sharedStage, table));
  }

  /** Sends what waits. */
  async send(write: <T>(task: (sql: Sql) => Promise<T>) => Promise<T>, updater: string): Promise<void> {
    if (this.isEmpty) return;
    const session = (this.#session ??= await write((sql) => createStage(sql, updater)));
    await write((sql) => this.#sendBatch(sql, session));
    for (const buffer of this.#buffers.values()) buffer.clear();
    this.#sent += 1;
  }

  get #size(): number {
    let size = 0;
    for (const buffer of this.#buffers.values()) size += buffer.size;
    return size;
  }

  /** Where the answer to a commit was lost this is called again: what is there already is not sent twice. */
  async #sendBatch(sql: Sql, session: number): Promise<void> {
    const counted = await sql.run('UPDATE update_session SET batches = batches + 1 WHERE id = $1 AND batches = $2', [session, this.#sent]);
    if (counted === 0) return;
    for (const [table, buffer] of this.#buffers) await buffer.send(sql, stageTable(session, table));
  }
}
