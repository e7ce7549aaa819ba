import type { SQLInputValue } from 'node:sqlite';
import type { Database } from '../database.ts';

/** Rows of one statement: measured, with more it takes no less time. */
const rowsPerStatement = 32;

/** Inserts into a table many rows at a time, in a third of the time of a statement a row. */
export class BulkInsert {
  readonly #database: Database;
  readonly #columns: number;
  readonly #one: string;
  readonly #many: string;
  #values: SQLInputValue[] = [];

  /** @param columns names, in the order in which `add` takes their values */
  constructor(database: Database, table: string, columns: readonly string[]) {
    const row = `(${columns.map(() => '?').join(', ')})`;
    this.#database = database;
    this.#columns = columns.length;
    this.#one = `INSERT INTO ${table}(${columns.join(', ')}) VALUES ${row}`;
    this.#many = this.#one + `, ${row}`.repeat(rowsPerStatement - 1);
  }

  add(...row: readonly SQLInputValue[]): void {
    for (const value of row) this.#values.push(value);
    if (this.#values.length < this.#columns * rowsPerStatement) return;
    this.#database.run(this.#many, ...this.#values);
    this.#values = [];
  }

  /** To be called before anything reads the table. */
  flush(): void {
    for (let at = 0; at < this.#values.length; at += this.#columns) {
      this.#database.run(this.#one, ...this.#values.slice(at, at + this.#columns));
    }
    this.#values = [];
  }
}
