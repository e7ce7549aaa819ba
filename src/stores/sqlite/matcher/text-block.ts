import type { AdvisoryText } from '../../../contracts/index.ts';
import { packJson, unpackJson } from '../json-body.ts';

/** Characters after which a block is closed: measured, larger ones pack little better and unpack slower. */
const blockSize = 16_384;

/** Where the text of an advisory stands. */
export interface TextPlace {
  readonly block: number;
  readonly position: number;
}

/** Collects texts and hands over a packed block whenever enough are together. */
export class TextBlocks {
  readonly #write: (block: number, body: Uint8Array, advisories: number) => void;
  #block = 1;
  #size = 0;
  #texts: (readonly string[])[] = [];

  constructor(write: (block: number, body: Uint8Array, advisories: number) => void) {
    this.#write = write;
  }

  add(text: AdvisoryText): TextPlace {
    const place = { block: this.#block, position: this.#texts.length };
    this.#texts.push([text.description, ...text.links]);
    this.#size += text.links.reduce((size, link) => size + link.length, text.description.length);
    if (this.#size >= blockSize) this.flush();
    return place;
  }

  /** To be called at the end: hands over what is left. */
  flush(): void {
    if (this.#texts.length === 0) return;
    this.#write(this.#block, packJson(this.#texts, 3), this.#texts.length);
    this.#block += 1;
    this.#size = 0;
    this.#texts = [];
  }
}

/** The texts of a block by position. @throws StoreError `STORE_CORRUPT` */
export function unpackTexts(body: Uint8Array): readonly AdvisoryText[] {
  return (unpackJson(body) as readonly (readonly string[])[]).map(([description = '', ...links]) => ({ description, links }));
}
