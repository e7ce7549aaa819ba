import type { OvalDefinition } from '../../formats/oval/index.ts';
import type { Alternative } from './alternatives.ts';
import type { Interner } from './interner.ts';

/** A definition as it waits for the tests, which come after the last of them: bytes and numbers, outside of the heap of objects. */
interface WaitingDefinition {
  readonly head: Uint8Array;
  /** For each alternative: platforms, machines, module, number of tests; for each test: test, whether negated, word. */
  readonly alternatives: Int32Array | undefined;
}

const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
const separator = '\n';
const none = -1;

/** Keeps the definitions of a document small: some three bytes for ten of the document. */
export class DefinitionStore {
  readonly #texts: Interner;
  readonly #waiting: WaitingDefinition[] = [];

  constructor(texts: Interner) {
    this.#texts = texts;
  }

  /** @param alternatives undefined where the criteria cannot be written so */
  add(definition: OvalDefinition, alternatives: readonly Alternative[] | undefined): void {
    this.#waiting.push({ head: encoder.encode(JSON.stringify(definition)), alternatives: alternatives && this.#pack(alternatives) });
  }

  *[Symbol.iterator](): Generator<readonly [OvalDefinition, readonly Alternative[] | undefined]> {
    for (const { head, alternatives } of this.#waiting) {
      // written by `add`, from what was parsed
      const definition = JSON.parse(decoder.decode(head)) as OvalDefinition;
      yield [definition, alternatives && this.#unpack(alternatives)];
    }
  }

  #pack(alternatives: readonly Alternative[]): Int32Array {
    const codes: number[] = [];
    for (const { platforms, machines, module, tests } of alternatives) {
      codes.push(this.#list(platforms), this.#list(machines), module === undefined ? none : this.#texts.numberOf(module), tests.length);
      for (const { test, isNegated, word } of tests) codes.push(this.#texts.numberOf(test), isNegated ? 1 : 0, this.#texts.numberOf(word));
    }
    return Int32Array.from(codes);
  }

  #unpack(codes: Int32Array): readonly Alternative[] {
    const alternatives: Alternative[] = [];
    let at = 0;
    const next = (): number => codes[at++] ?? none;
    while (at < codes.length) {
      const [platforms, machines, module] = [this.#unlist(next()), this.#unlist(next()), next()];
      const tests = Array.from({ length: next() }, () => {
        const [test, negated, word] = [next(), next(), next()];
        return { test: this.#texts.textOf(test), isNegated: negated === 1, word: this.#texts.textOf(word) };
      });
      alternatives.push({
        ...(platforms && { platforms }),
        ...(machines && { machines }),
        ...(module !== none && { module: this.#texts.textOf(module) }),
        tests,
      });
    }
    return alternatives;
  }

  #list(texts: readonly string[] | undefined): number {
    return texts ? this.#texts.numberOf(texts.join(separator)) : none;
  }

  #unlist(number: number): readonly string[] | undefined {
    return number === none ? undefined : this.#texts.textOf(number).split(separator);
  }
}
