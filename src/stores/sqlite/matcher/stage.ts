import type { PreparedAdvisory } from '../../../contracts/index.ts';
import type { Database } from '../database.ts';
import { BulkInsert } from './bulk-insert.ts';
import { LinkFolder } from '../../fold-links.ts';
import { HashSet } from '../../hash-set.ts';
import { internedColumns, InternedStage } from '../../interned-stage.ts';
import { stageRows, stageUrl } from '../../row-stage.ts';
import { stageTables } from './stage-tables.ts';
import { TextBlocks } from '../../text-block.ts';

/** Where a stored advisory stood when it was loaded. */
interface StoredPlace {
  readonly id: number;
  readonly place_hash: Uint8Array;
}

const rowColumns = ['advisory', 'package', 'range', 'statement', 'place'] as const;
const advisoryColumns = ['id', 'part', 'name', 'aliases', 'issued', 'url', 'text', 'text_position', 'hash', 'place_hash'] as const;

type InternedTables = Readonly<Record<keyof typeof internedColumns, BulkInsert>>;

function internedTables(database: Database): InternedTables {
  const table = (name: keyof typeof internedColumns): BulkInsert => new BulkInsert(database, `staged_${name}`, internedColumns[name]);
  return {
    namespace: table('namespace'),
    package: table('package'),
    range: table('range'),
    statement: table('statement'),
    url: table('url'),
  };
}

/** What an update has seen so far: advisories that are stored already by id, the others whole, in temporary tables. */
export class Stage {
  readonly #database: Database;
  readonly #updater: number | undefined;
  readonly #tables: InternedTables;
  readonly #interned: InternedStage;
  readonly #texts: TextBlocks;
  readonly #links = new LinkFolder();
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
    this.#tables = internedTables(database);
    this.#interned = new InternedStage(this.#tables);
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
    for (const row of stageRows(this.#interned, advisory)) {
      row.namespace.rows += 1;
      this.#rowTable.add(this.#lastAdvisory, row.package, row.range, row.statement, row.place);
    }
  }

  /** To be called once, when everything was added. */
  finish(): void {
    this.#texts.flush();
    for (const table of Object.values(this.#tables)) table.flush();
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
    const url = stageUrl(this.#interned, advisory);
    this.#database.run('INSERT INTO moved_advisory(id, url, place_hash) VALUES (?, ?, ?)', stored.id, url, advisory.placeHash);
    for (const row of stageRows(this.#interned, advisory))
      this.#movedTable.add(stored.id, row.package, row.range, row.statement, row.place);
  }

  #findStored({ part, name, hash }: PreparedAdvisory): StoredPlace | undefined {
    if (this.#updater === undefined) return undefined;
    const sql = `SELECT id, place_hash FROM advisory WHERE updater_id = ?1 AND substr(hash, 1, 6) = substr(?2, 1, 6) AND removed_op IS NULL
      AND hash = ?2 AND part = ?3 AND name = ?4`;
    return this.#database.get<StoredPlace>(sql, this.#updater, hash, part, name);
  }

  #addAdvisory(id: number, advisory: PreparedAdvisory): void {
    const { part, name, aliases, description, links, issued, hash, placeHash } = advisory;
    const hasText = description !== '' || links.length > 0;
    const text = hasText ? this.#texts.add({ description, links: this.#links.fold(advisory) }) : undefined;
    const aliasList = aliases.length === 0 ? null : JSON.stringify(aliases);
    const [block, position] = [text?.block ?? null, text?.position ?? 0];
    this.#advisoryTable.add(id, part, name, aliasList, issued, stageUrl(this.#interned, advisory), block, position, hash, placeHash);
  }
}
