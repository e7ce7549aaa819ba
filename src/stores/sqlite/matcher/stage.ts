import type { PreparedAdvisory, PreparedRow } from '../../../contracts/index.ts';
import type { Database } from '../database.ts';
import { BulkInsert } from './bulk-insert.ts';
import { foldNumbers, foldWords } from './fold-text.ts';
import { HashSet } from './hash-set.ts';
import { InternedStage, type StagedNamespace } from './interned-stage.ts';
import { pointerWords, urlWords } from './row-words.ts';
import { stageTables } from './stage-tables.ts';
import { TextBlocks } from './text-block.ts';

/** Where a stored advisory stood when it was loaded. */
interface StoredPlace {
  readonly id: number;
  readonly place_hash: Uint8Array;
}

interface StagedRow {
  readonly namespace: StagedNamespace;
  readonly package: number;
  readonly range: number;
  readonly statement: number;
  /** The numbers of the pointer. */
  readonly place: string;
}

const rowColumns = ['advisory', 'package', 'range', 'statement', 'place'] as const;
const advisoryColumns = ['id', 'part', 'name', 'aliases', 'issued', 'url', 'text', 'text_position', 'hash', 'place_hash'] as const;

/** What an update has seen so far: advisories that are stored already by id, the others whole, in temporary tables. */
export class Stage {
  readonly #database: Database;
  readonly #updater: number | undefined;
  readonly #interned: InternedStage;
  readonly #texts: TextBlocks;
  readonly #advisoryTable: BulkInsert;
  readonly #rowTable: BulkInsert;
  readonly #movedTable: BulkInsert;
  /** Of the staged advisories: a feed may say one twice. */
  readonly #hashes = new HashSet();
  /** Ids of staged advisories have no gap. */
  #lastAdvisory = 0;
  #moved = 0;

  /** @param updater its row; undefined when it was never heard of */
  constructor(database: Database, updater: number | undefined) {
    this.#database = database;
    this.#updater = updater;
    database.exec(stageTables);
    this.#interned = new InternedStage(database);
    this.#advisoryTable = new BulkInsert(database, 'staged_advisory', advisoryColumns);
    this.#rowTable = new BulkInsert(database, 'staged_affected', rowColumns);
    this.#movedTable = new BulkInsert(database, 'moved_affected', rowColumns);
    this.#texts = new TextBlocks(({ block, texts, advisories, body }) =>
      database.run('INSERT INTO staged_text(id, texts, advisories, body) VALUES (?, ?, ?, ?)', block, texts, advisories, body),
    );
  }

  add(advisory: PreparedAdvisory): void {
    const stored = this.#findStored(advisory);
    if (stored) {
      this.#see(stored, advisory);
      return;
    }
    if (!this.#hashes.add(advisory.hash)) return;
    this.#lastAdvisory += 1;
    this.#addAdvisory(this.#lastAdvisory, advisory);
    for (const row of this.#stageRows(advisory)) {
      row.namespace.rows += 1;
      this.#rowTable.add(this.#lastAdvisory, row.package, row.range, row.statement, row.place);
    }
  }

  /** To be called once, when everything was added. */
  finish(): void {
    this.#texts.flush();
    this.#interned.flush();
    for (const table of [this.#advisoryTable, this.#rowTable, this.#movedTable]) table.flush();
    for (const { id, rows } of this.#interned.namespaces) {
      this.#database.run('UPDATE staged_namespace SET affected = ? WHERE id = ?', rows, id);
    }
  }

  /** Advisories and rows that will be new. */
  get size(): { readonly advisories: number; readonly rows: number } {
    let rows = 0;
    for (const namespace of this.#interned.namespaces) rows += namespace.rows;
    return { advisories: this.#lastAdvisory, rows };
  }

  /** Stored advisories that only stand elsewhere now. */
  get moved(): number {
    return this.#moved;
  }

  /** Of two that say the same at two places the first counts. */
  #see(stored: StoredPlace, advisory: PreparedAdvisory): void {
    const isFirst = this.#database.run('INSERT OR IGNORE INTO seen(id) VALUES (?)', stored.id) > 0;
    if (!isFirst || Buffer.compare(stored.place_hash, advisory.placeHash) === 0) return;
    this.#moved += 1;
    const url = this.#url(advisory, urlWords(advisory));
    this.#database.run('INSERT INTO moved_advisory(id, url, place_hash) VALUES (?, ?, ?)', stored.id, url, advisory.placeHash);
    for (const row of this.#stageRows(advisory)) this.#movedTable.add(stored.id, row.package, row.range, row.statement, row.place);
  }

  #findStored({ part, name, hash }: PreparedAdvisory): StoredPlace | undefined {
    if (this.#updater === undefined) return undefined;
    const sql = `SELECT id, place_hash FROM advisory WHERE updater_id = ?1 AND substr(hash, 1, 6) = substr(?2, 1, 6) AND removed_op IS NULL
      AND hash = ?2 AND part = ?3 AND name = ?4`;
    return this.#database.get<StoredPlace>(sql, this.#updater, hash, part, name);
  }

  #addAdvisory(id: number, advisory: PreparedAdvisory): void {
    const { part, name, aliases, description, links, issued, hash, placeHash } = advisory;
    const words = urlWords({ part, name });
    const folded = links.map((link) => foldWords(link, words));
    const text = description === '' && links.length === 0 ? undefined : this.#texts.add({ description, links: folded });
    const aliasList = aliases.length === 0 ? null : JSON.stringify(aliases);
    const [block, position] = [text?.block ?? null, text?.position ?? 0];
    this.#advisoryTable.add(id, part, name, aliasList, issued, this.#url(advisory, words), block, position, hash, placeHash);
  }

  /** The rows of an advisory with all that they share interned; what is said twice at one place is one row. */
  #stageRows(advisory: PreparedAdvisory): readonly StagedRow[] {
    this.#interned.trim();
    const rows = advisory.rows.map((row) => this.#stageRow(advisory, row));
    if (rows.length < 2) return rows;
    const said = new Set<string>();
    return rows.filter((row) => said.size < said.add(`${row.package} ${row.range} ${row.statement} ${row.place}`).size);
  }

  #stageRow({ part, name }: PreparedAdvisory, row: PreparedRow): StagedRow {
    const { introduced, fixed, lastAffected } = row.range;
    const words = pointerWords({ part, name, packageName: row.package.name, introduced, fixed, lastAffected });
    const { template, numbers } = foldNumbers(foldWords(row.pointer, words));
    const namespace = this.#interned.namespace(row.namespace);
    return {
      namespace,
      package: this.#interned.package(namespace, row.package),
      range: this.#interned.range(row),
      statement: this.#interned.statement(row, template),
      place: numbers,
    };
  }

  #url({ url }: PreparedAdvisory, words: readonly string[]): number {
    return this.#interned.url(foldWords(url, words));
  }
}
