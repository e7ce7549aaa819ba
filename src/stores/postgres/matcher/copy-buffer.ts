import type { RowSink } from '../../interned-stage.ts';
import type { Sql } from '../sql.ts';
import { toHex } from './identity.ts';
import { toStoredText } from './stored-text.ts';

/** Rows for a table, in the text format of COPY, https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2 */
export class CopyBuffer implements RowSink {
  readonly #columns: readonly string[];
  #lines = '';

  /** @param columns names, in the order in which `add` takes their values */
  constructor(columns: readonly string[]) {
    this.#columns = columns;
  }

  add(...row: readonly (string | number | Uint8Array | null)[]): void {
    let line = '';
    for (const [index, value] of row.entries()) line += index === 0 ? toField(value) : `\t${toField(value)}`;
    this.#lines += `${line}\n`;
  }

  /** About how many bytes wait to be sent. */
  get size(): number {
    return this.#lines.length;
  }

  /** Sends what was added; it is kept until `clear`, for the transaction may have to be tried again. */
  async send(sql: Sql, table: string): Promise<void> {
    if (this.#lines === '') return;
    const bytes = Buffer.from(this.#lines);
    await sql.copyIn(`COPY ${table}(${this.#columns.join(', ')}) FROM STDIN`, () => chunksOf(bytes));
  }

  clear(): void {
    this.#lines = '';
  }
}

const chunkSize = 65_536;

function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize);
}

const marks: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function toField(value: string | number | Uint8Array | null): string {
  if (typeof value === 'number') return String(value);
  if (value === null) return '\\N';
  if (typeof value !== 'string') return `\\\\x${toHex(value)}`;
  return toStoredText(value).replace(/[\\\n\r\t]/g, (mark) => marks.get(mark) ?? mark);
}
