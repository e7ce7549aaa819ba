import type { PreparedAdvisory } from '../../../contracts/index.ts';
import { LinkFolder } from '../../fold-links.ts';
import { HashSet } from '../../hash-set.ts';
import { InternedStage } from '../../interned-stage.ts';
import { stageRows, stageUrl } from '../../row-stage.ts';
import { TextBlocks } from '../../text-block.ts';
import type { Sql } from '../sql.ts';
import { internedSinks } from './interned-sinks.ts';
import type { StageBuffers } from './stage-buffers.ts';
import { toStoredText } from './stored-text.ts';
import { toHex } from './identity.ts';
import { lookUpSettings } from './look-up-settings.ts';
import type { KnownUpdater } from './updaters.ts';

/** An advisory that is stored, and where it stood when it was loaded. */
interface StoredPlace {
  readonly index: number;
  readonly id: number;
  readonly placeHash: Uint8Array;
}

/** Advisories and rows. */
export interface Counts {
  readonly advisories: number;
  readonly rows: number;
}

// In the form that look-up-settings.ts asks for.
const storedSql = `SELECT (q.index - 1)::int AS index, v.id, v.place_hash AS "placeHash"
  FROM unnest($2::uuid[], $3::text[], $4::text[]) WITH ORDINALITY AS q(hash, part, name, index)
    CROSS JOIN LATERAL (
      SELECT * FROM advisory WHERE updater_id = $1 AND hash = q.hash AND removed_op IS NULL AND part = q.part AND name = q.name OFFSET 0
    ) AS v`;

/** What an update has seen so far: advisories that are stored already by id, the others whole, on their way to the staging tables. */
export class Stage {
  readonly buffers: StageBuffers;
  /** Stored advisories that the feed says again. */
  readonly seen = new Set<number>();
  readonly #updater: KnownUpdater | undefined;
  readonly #interned: InternedStage;
  readonly #texts: TextBlocks;
  readonly #links = new LinkFolder();
  /** Of the staged advisories: a feed may say one twice. */
  readonly #hashes = new HashSet();
  /** Ids of staged advisories have no gap. */
  #lastAdvisory = 0;
  #moved = 0;

  /** @param updater as it stood when the session began; undefined when it was never heard of */
  constructor(updater: KnownUpdater | undefined, buffers: StageBuffers) {
    this.#updater = updater;
    this.buffers = buffers;
    this.#interned = new InternedStage(internedSinks(buffers));
    this.#texts = new TextBlocks(({ block, texts, advisories, body }) => buffers.table('text').add(block, texts, advisories, body));
  }

  /** False on a first load. */
  get mayBeStored(): boolean {
    return this.#updater !== undefined && this.#updater.advisories > 0;
  }

  /** Which of the advisories are stored. */
  async findStored(sql: Sql, batch: readonly PreparedAdvisory[]): Promise<readonly StoredPlace[]> {
    const parts = batch.map(({ part }) => toStoredText(part));
    const names = batch.map(({ name }) => toStoredText(name));
    await sql.run(lookUpSettings);
    return sql.all<StoredPlace>(storedSql, [this.#updater?.id, batch.map(({ hash }) => toHex(hash)), parts, names]);
  }

  /** @param stored what {@link findStored} said of the batch */
  add(batch: readonly PreparedAdvisory[], stored: readonly StoredPlace[]): void {
    const places = new Map(stored.map((place) => [place.index, place]));
    for (const [index, advisory] of batch.entries()) {
      const place = places.get(index);
      if (place) this.#see(place, advisory);
      else if (this.#hashes.add(advisory.hash)) this.#addNew(advisory);
    }
  }

  /** To be called once, when everything was added. */
  finish(): void {
    this.#texts.flush();
  }

  /** What will be new. */
  get size(): Counts {
    let rows = 0;
    for (const namespace of this.#interned.namespaces) rows += namespace.rows;
    return { advisories: this.#lastAdvisory, rows };
  }

  /** Stored advisories that only stand elsewhere now. */
  get moved(): number {
    return this.#moved;
  }

  /** New rows by staged namespace. */
  get rowsByNamespace(): { readonly ids: readonly number[]; readonly rows: readonly number[] } {
    const namespaces = [...this.#interned.namespaces].filter(({ rows }) => rows > 0);
    return { ids: namespaces.map(({ id }) => id), rows: namespaces.map(({ rows }) => rows) };
  }

  /** Of two that say the same at two places the first counts. */
  #see({ id, placeHash }: StoredPlace, advisory: PreparedAdvisory): void {
    if (this.seen.has(id)) return;
    this.seen.add(id);
    if (Buffer.compare(placeHash, advisory.placeHash) === 0) return;
    this.#moved += 1;
    this.buffers.table('moved_advisory').add(id, advisory.placeHash);
    const table = this.buffers.table('moved_affected');
    const rows = stageRows(this.#interned, advisory);
    const url = stageUrl(this.#interned, advisory);
    for (const row of rows) table.add(id, row.package, row.range, row.statement, url, row.place);
  }

  #addNew(advisory: PreparedAdvisory): void {
    this.#lastAdvisory += 1;
    this.#addAdvisory(this.#lastAdvisory, advisory);
    const table = this.buffers.table('affected');
    const rows = stageRows(this.#interned, advisory);
    const url = stageUrl(this.#interned, advisory);
    for (const row of rows) {
      row.namespace.rows += 1;
      table.add(this.#lastAdvisory, row.package, row.range, row.statement, url, row.place);
    }
  }

  #addAdvisory(id: number, advisory: PreparedAdvisory): void {
    const { part, name, aliases, description, links, issued, hash, placeHash } = advisory;
    const hasText = description !== '' || links.length > 0;
    const text = hasText ? this.#texts.add({ description, links: this.#links.fold(advisory) }) : undefined;
    const aliasList = aliases.length === 0 ? null : JSON.stringify(aliases);
    const [block, position] = [text?.block ?? null, text?.position ?? 0];
    this.buffers.table('advisory').add(id, part, name, aliasList, issued, block, position, toHex(hash), placeHash);
  }
}
