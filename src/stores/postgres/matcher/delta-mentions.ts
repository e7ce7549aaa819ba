import type { DeltaMention } from '../../../contracts/index.ts';
import type { Sql } from '../sql.ts';
import { fromStoredText } from './stored-text.ts';

/**
 * What a delta speaks of. It is asked here and not in the database: to read id, part and name of what an updater has takes less than to send
 * the names of all parts that there are.
 */
export class DeltaMentions {
  readonly #parts = new Set<string>();
  readonly #names = new Set<string>();
  readonly #present = new Set<string>();
  #tellsPresent = false;

  add(mention: DeltaMention): void {
    if (mention.kind === 'present') {
      this.#tellsPresent = true;
      for (const part of mention.parts) this.#present.add(part.toWellFormed());
    } else if ('part' in mention.of) this.#parts.add(mention.of.part.toWellFormed());
    else this.#names.add(mention.of.name.toWellFormed());
  }

  /** Ids of current advisories that it speaks of, without those that were seen. */
  async choose(sql: Sql, updater: number, seen: ReadonlySet<number>): Promise<readonly number[]> {
    const rows = await sql.tuples<readonly [number, string, string]>(
      'SELECT id, part, name FROM advisory WHERE updater_id = $1 AND removed_op IS NULL ORDER BY id',
      [updater],
    );
    return rows.filter(([id, part, name]) => !seen.has(id) && this.#has(fromStoredText(part), fromStoredText(name))).map(([id]) => id);
  }

  #has(part: string, name: string): boolean {
    return this.#parts.has(part) || this.#names.has(name) || (this.#tellsPresent && !this.#present.has(part));
  }
}
