const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];

/** Numbers for texts that are kept for long. */
export class Interner {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];

  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
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
