import type { DeltaMention } from '../../../contracts/index.ts';
import type { Database } from '../database.ts';
import { BulkInsert } from './bulk-insert.ts';

/** Temporary, as those of the stage. A selector may come twice: what they are asked is `IN`. */
const tables = `
  CREATE TEMP TABLE replaced_part(part TEXT);
  CREATE TEMP TABLE replaced_name(name TEXT);
  CREATE TEMP TABLE present_part(part TEXT);
`;

/** What a delta speaks of. */
export class DeltaMentions {
  readonly #parts: BulkInsert;
  readonly #names: BulkInsert;
  readonly #present: BulkInsert;
  #tellsPresent = false;

  constructor(database: Database) {
    database.exec(tables);
    this.#parts = new BulkInsert(database, 'replaced_part', ['part']);
    this.#names = new BulkInsert(database, 'replaced_name', ['name']);
    this.#present = new BulkInsert(database, 'present_part', ['part']);
  }

  add(mention: DeltaMention): void {
    if (mention.kind === 'present') {
      this.#tellsPresent = true;
      for (const part of mention.parts) this.#present.add(part);
    } else if ('part' in mention.of) this.#parts.add(mention.of.part);
    else this.#names.add(mention.of.name);
  }

  /** To be called once, when everything was added. */
  finish(): void {
    for (const table of [this.#parts, this.#names, this.#present]) table.flush();
  }

  /** An expression over a row of `advisory`: whether the delta speaks of it. */
  get condition(): string {
    const replaced = 'part IN (SELECT part FROM replaced_part) OR name IN (SELECT name FROM replaced_name)';
    return this.#tellsPresent ? `(${replaced} OR part NOT IN (SELECT part FROM present_part))` : `(${replaced})`;
  }
}
