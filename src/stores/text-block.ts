import type { AdvisoryText } from '../contracts/index.ts';
import { packJson, unpackJson } from './json-body.ts';

/** Characters after which a block is closed: measured, larger ones pack little better and unpack slower. */
const blockSize = 16_384;

/** Where the text of an advisory stands. */
export interface TextPlace {
  readonly block: number;
  readonly position: number;
}

/** A block that is full. */
export interface TextBlock {
  /** 1, 2, 3 … of one collector. */
  readonly block: number;
  readonly texts: number;
  /** How many advisories it serves. */
  readonly advisories: number;
  readonly body: Uint8Array;
}

/** Collects texts and hands over a packed block whenever enough are together. */
export class TextBlocks {
  readonly #write: (block: TextBlock) => void;
  #block = 1;
  #size = 0;
  #advisories = 0;
  #texts: (readonly string[])[] = [];

  constructor(write: (block: TextBlock) => void) {
    this.#write = write;
  }

  /**
   * A text that was just added is shared: in some feeds all advisories have the same, but for their names. So a full block is closed only by a text
   * that is another: those of Oracle are as large as a block, and one has up to hundreds of CVEs.
   */
  add({ description, links }: AdvisoryText): TextPlace {
    const last = this.#texts.at(-1);
    const text = [description, ...links];
    if (!last || !isEqual(last, text)) {
      if (this.#size >= blockSize) this.flush();
      this.#texts.push(text);
      this.#size += text.reduce((size, piece) => size + piece.length, 0);
    }
    this.#advisories += 1;
    return { block: this.#block, position: this.#texts.length - 1 };
  }

  /** To be called at the end: hands over what is left. */
  flush(): void {
    if (this.#texts.length === 0) return;
    this.#write({ block: this.#block, texts: this.#texts.length, advisories: this.#advisories, body: packJson(this.#texts, 3) });
    this.#block += 1;
    this.#size = 0;
    this.#advisories = 0;
    this.#texts = [];
  }
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((piece, index) => piece === b[index]);
}

/** The texts of a block by position. @throws StoreError `STORE_CORRUPT` */
export function unpackTexts(body: Uint8Array): readonly AdvisoryText[] {
  return unpackPieces(body).map(toText);
}

/** A text of a block: a description, then links. */
type TextPieces = readonly string[];

/** The same for who needs few of them. @throws StoreError `STORE_CORRUPT` */
export function unpackPieces(body: Uint8Array): readonly TextPieces[] {
  return unpackJson(body) as readonly TextPieces[];
}

export function toText([description = '', ...links]: TextPieces): AdvisoryText {
  return { description, links };
}
