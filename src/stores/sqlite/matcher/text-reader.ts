import type { AdvisoryText } from '../../../contracts/index.ts';
import { StoreError } from '../../../core/index.ts';
import type { Database } from '../database.ts';
import { toText, unpackPieces, type TextPlace } from '../../text-block.ts';

/** Reads texts as they were packed, their links still folded; a block that is asked for again at once is not unpacked again. */
export class TextReader {
  readonly #database: Database;
  #block: number | undefined;
  #texts: ReturnType<typeof unpackPieces> = [];

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws StoreError `STORE_CORRUPT` */
  read({ block, position }: TextPlace): AdvisoryText {
    if (this.#block !== block) {
      const row = this.#database.get<{ body: Uint8Array }>('SELECT body FROM text WHERE id = ?', block);
      this.#texts = row ? unpackPieces(row.body) : [];
      this.#block = block;
    }
    const text = this.#texts[position];
    if (!text) throw new StoreError('STORE_CORRUPT', { path: this.#database.path, text: block });
    return toText(text);
  }
}
