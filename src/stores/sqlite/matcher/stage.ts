import type { Namespace, PreparedAdvisory, PreparedRow } from '../../../contracts/index.ts';
import type { Database } from '../database.ts';
import { foldNumbers, foldWords } from './fold-text.ts';
import { Interner, type PathPart } from './interner.ts';
import { pointerWords, urlWords } from './row-words.ts';
import { stageTables } from './stage-tables.ts';
import { TextBlocks } from './text-block.ts';

/** A staged range among those with the same texts. */
interface StagedRange {
  readonly id: number;
  readonly lo: Uint8Array;
  readonly hi: Uint8Array;
}

/** Where a stored advisory stood when it was loaded. */
interface StoredPlace {
  readonly id: number;
  readonly place_hash: Uint8Array;
}

interface StagedRow {
  /** Staged namespace. */
  readonly namespace: number;
  /** Staged package, range and statement, and the numbers of the pointer. */
  readonly values: readonly [number, number, number, string];
}

const insertStaged = 'INSERT INTO staged_affected(advisory, package, range, statement, place) VALUES (?, ?, ?, ?, ?)';
const insertMoved = 'INSERT INTO moved_affected(advisory, package, range, statement, place) VALUES (?, ?, ?, ?, ?)';

/** What an update has seen so far: advisories that are stored already by id, the others whole, in temporary tables. */
export class Stage {
  readonly #database: Database;
  readonly #updater: number | undefined;
  readonly #namespaces = new Interner<number>();
  readonly #packages = new Interner<number>();
  readonly #ranges = new Interner<readonly StagedRange[]>();
  readonly #statements = new Interner<number>();
  readonly #urls = new Interner<number>();
  readonly #texts: TextBlocks;
  /** What tells one staged advisory from another: a feed may say one twice. About 100 bytes each. */
  readonly #advisories = new Set<string>();
  /** Staged rows by staged namespace. */
  readonly #rows = new Map<number, number>();
  /** Ids of what is interned; those of advisories are counted apart, without a gap. */
  #lastId = 0;
  #lastAdvisory = 0;

  /** @param updater its row; undefined when it was never heard of */
  constructor(database: Database, updater: number | undefined) {
    this.#database = database;
    this.#updater = updater;
    database.exec(stageTables);
    this.#texts = new TextBlocks((block, body, advisories) =>
      database.run('INSERT INTO staged_text(id, advisories, body) VALUES (?, ?, ?)', block, advisories, body),
    );
  }

  add(advisory: PreparedAdvisory): void {
    const stored = this.#findStored(advisory);
    if (stored) {
      this.#see(stored, advisory);
      return;
    }
    if (this.#isStaged(advisory)) return;
    this.#lastAdvisory += 1;
    this.#addAdvisory(this.#lastAdvisory, advisory);
    for (const { namespace, values } of this.#stageRows(advisory)) {
      this.#rows.set(namespace, (this.#rows.get(namespace) ?? 0) + 1);
      this.#database.run(insertStaged, this.#lastAdvisory, ...values);
    }
  }

  /** To be called once, when everything was added. */
  finish(): void {
    this.#texts.flush();
    for (const [namespace, rows] of this.#rows)
      this.#database.run('UPDATE staged_namespace SET affected = ? WHERE id = ?', rows, namespace);
  }

  /** Advisories and rows that will be new. */
  get size(): { readonly advisories: number; readonly rows: number } {
    return { advisories: this.#lastAdvisory, rows: this.#rows.values().reduce((sum, rows) => sum + rows, 0) };
  }

  /** Of two that say the same at two places the first counts. */
  #see(stored: StoredPlace, advisory: PreparedAdvisory): void {
    const isFirst = this.#database.run('INSERT OR IGNORE INTO seen(id) VALUES (?)', stored.id) > 0;
    if (!isFirst || Buffer.compare(stored.place_hash, advisory.placeHash) === 0) return;
    const url = this.#url(foldWords(advisory.url, urlWords(advisory)));
    this.#database.run('INSERT INTO moved_advisory(id, url, place_hash) VALUES (?, ?, ?)', stored.id, url, advisory.placeHash);
    for (const { values } of this.#stageRows(advisory)) this.#database.run(insertMoved, stored.id, ...values);
  }

  #findStored({ part, name, hash }: PreparedAdvisory): StoredPlace | undefined {
    if (this.#updater === undefined) return undefined;
    const sql = `SELECT id, place_hash FROM advisory WHERE updater_id = ?1 AND substr(hash, 1, 6) = substr(?2, 1, 6) AND removed_op IS NULL
      AND hash = ?2 AND part = ?3 AND name = ?4`;
    return this.#database.get<StoredPlace>(sql, this.#updater, hash, part, name);
  }

  #isStaged({ part, name, hash }: PreparedAdvisory): boolean {
    const known = this.#advisories.size;
    // The lengths keep any two advisories apart.
    const key = [hash.length, part.length, Buffer.from(hash).toString('latin1'), part, name].join(':');
    return this.#advisories.add(key).size === known;
  }

  #addAdvisory(id: number, advisory: PreparedAdvisory): void {
    const { part, name, aliases, description, links, issued, url, hash, placeHash } = advisory;
    const text = description === '' && links.length === 0 ? undefined : this.#texts.add({ description, links });
    this.#database.run(
      `INSERT INTO staged_advisory(id, part, name, aliases, issued, url, text, text_position, hash, place_hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      part,
      name,
      aliases.length === 0 ? null : JSON.stringify(aliases),
      issued,
      this.#url(foldWords(url, urlWords({ part, name }))),
      text?.block ?? null,
      text?.position ?? 0,
      hash,
      placeHash,
    );
  }

  /** The rows of an advisory with all that they share interned; what is said twice at one place is one row. */
  #stageRows(advisory: PreparedAdvisory): readonly StagedRow[] {
    for (const interner of [this.#packages, this.#ranges, this.#statements, this.#urls]) interner.trim();
    const rows = advisory.rows.map((row) => this.#stageRow(advisory, row));
    return rows.length > 1 ? [...new Map(rows.map((row) => [row.values.join(), row])).values()] : rows;
  }

  #stageRow({ part, name }: PreparedAdvisory, row: PreparedRow): StagedRow {
    const { introduced, fixed, lastAffected } = row.range;
    const words = pointerWords({ part, name, packageName: row.package.name, introduced, fixed, lastAffected });
    const { template, numbers } = foldNumbers(foldWords(row.pointer, words));
    const namespace = this.#namespace(row.namespace);
    const pkg = this.#package(namespace, row);
    const range = this.#range(row);
    const statement = this.#statement(row, template);
    return { namespace, values: [pkg, range, statement, numbers] };
  }

  #namespace({ key, scheme, distribution, repository }: Namespace): number {
    return this.#intern(this.#namespaces, [key], (id) => {
      const facts = [distribution, repository].map((value) => (value ? JSON.stringify(value) : null));
      const sql = 'INSERT INTO staged_namespace(id, key, scheme, distribution, repository) VALUES (?, ?, ?, ?, ?)';
      this.#database.run(sql, id, key, scheme, ...facts);
    });
  }

  #package(namespace: number, { package: { name, kind, module, arch, archOperation } }: PreparedRow): number {
    return this.#intern(this.#packages, [kind, archOperation, arch, module, namespace, name], (id) => {
      const sql = 'INSERT INTO staged_package(id, namespace, name, kind, module, arch, arch_operation) VALUES (?, ?, ?, ?, ?, ?, ?)';
      this.#database.run(sql, id, namespace, name, kind, module, arch, archOperation);
    });
  }

  /** By its texts; among those with the same texts, one a version scheme, by its keys. */
  #range({ keys: { lo, hi, exact }, range: { introduced, fixed, lastAffected } }: PreparedRow): number {
    const path = [exact, introduced, lastAffected, fixed];
    const sameTexts = this.#ranges.get(path) ?? [];
    const known = sameTexts.find((range) => isEqual(range.hi, hi) && isEqual(range.lo, lo));
    if (known) return known.id;
    const id = this.#nextId();
    this.#ranges.set(path, [...sameTexts, { id, lo, hi }]);
    const sql = 'INSERT INTO staged_range(id, lo, hi, exact, introduced, fixed, last_affected) VALUES (?, ?, ?, ?, ?, ?, ?)';
    this.#database.run(sql, id, lo, hi, Number(exact), introduced ?? null, fixed ?? null, lastAffected ?? null);
    return id;
  }

  #statement({ status, fixState, severity, normalizedSeverity }: PreparedRow, pointer: string): number {
    return this.#intern(this.#statements, [status, fixState, normalizedSeverity, severity, pointer], (id) => {
      const sql = 'INSERT INTO staged_statement(id, status, fix_state, severity, normalized_severity, pointer) VALUES (?, ?, ?, ?, ?, ?)';
      this.#database.run(sql, id, status, fixState, severity, normalizedSeverity, pointer);
    });
  }

  #url(url: string): number {
    return this.#intern(this.#urls, [url], (id) => this.#database.run('INSERT INTO staged_url(id, url) VALUES (?, ?)', id, url));
  }

  #intern(interner: Interner<number>, path: readonly PathPart[], add: (id: number) => void): number {
    const known = interner.get(path);
    if (known !== undefined) return known;
    const id = this.#nextId();
    interner.set(path, id);
    add(id);
    return id;
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}
