import { LimitError } from '../../core/index.ts';

const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];

/** Real documents have some hundred thousand different names and versions. */
const [mostTexts, mostCharacters] = [1_000_000, 64 * 1024 * 1024];

/** Numbers for texts that are kept for long: few that stand often. */
export class Interner {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #what: string;
  #characters = 0;

  /** @param what it holds: for the error where there is too much of it */
  constructor(what: string) {
    this.#what = what;
  }

  /** @throws LimitError `LIMIT_READ` */
  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#characters += text.length;
    if (this.#texts.length >= mostTexts || this.#characters > mostCharacters) {
      throw new LimitError('LIMIT_READ', { what: this.#what, limit: mostTexts });
    }
    // A text that was cut out of a chunk keeps that chunk alive: it is copied.
    const own = decoder.decode(encoder.encode(text));
    this.#numbers.set(own, this.#texts.length);
    this.#texts.push(own);
    return this.#texts.length - 1;
  }

  find(text: string): number | undefined {
    return this.#numbers.get(text);
  }

  textOf(number: number): string {
    return this.#texts[number] ?? '';
  }
}
