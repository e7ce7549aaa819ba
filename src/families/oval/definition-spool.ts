import type { OvalDefinition } from '../../formats/oval/index.ts';
import type { ArenaFile } from '../../runtime/index.ts';
import type { Alternative, PackageTest } from './alternatives.ts';
import type { IdTable } from './id-table.ts';

const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
const MiB = 1024 * 1024;
/** Bytes that are written and read at a time. */
const blockBytes = MiB;
/** Two lengths stand before each definition. */
const headBytes = 8;
const none = -1;

/** As JSON, beside the numbers of the alternatives. */
interface SpooledDefinition {
  readonly definition: OvalDefinition;
  /** Each once: lists of platforms and of machines, joined; modules; words. */
  readonly texts: readonly string[];
  readonly isReadable: boolean;
}

/**
 * Definitions that wait for the tests, which come after the last of them: on disk. In memory are only the numbers of the tests that they ask for.
 */
export class DefinitionSpool {
  readonly #file: ArenaFile;
  readonly #tests: IdTable;
  #block: Uint8Array[] = [];
  #blockSize = 0;

  /** @param tests gets the ids of the tests that are asked for */
  constructor(file: ArenaFile, tests: IdTable) {
    this.#file = file;
    this.#tests = tests;
  }

  /** @param alternatives undefined where the criteria cannot be written so */
  add(definition: OvalDefinition, alternatives: readonly Alternative[] | undefined): void {
    const texts = new LocalTexts();
    const codes = pack(alternatives ?? [], texts, this.#tests);
    const spooled: SpooledDefinition = { definition, texts: texts.list, isReadable: alternatives !== undefined };
    const json = encoder.encode(JSON.stringify(spooled));
    const head = new Uint8Array(headBytes);
    new DataView(head.buffer).setUint32(0, json.length);
    new DataView(head.buffer).setUint32(4, codes.byteLength);
    for (const bytes of [head, json, new Uint8Array(codes.buffer)]) this.#write(bytes);
  }

  /** What was added, in that order; nothing may be added any more. */
  *[Symbol.iterator](): Generator<readonly [OvalDefinition, readonly WaitingAlternative[] | undefined]> {
    this.#flush();
    const reader = new SpoolReader(this.#file);
    while (!reader.isAtEnd) {
      const head = reader.take(headBytes);
      const view = new DataView(head.buffer, head.byteOffset);
      const [jsonBytes, codeBytes] = [view.getUint32(0), view.getUint32(4)];
      // written by `add`, from what was parsed
      const { definition, texts, isReadable } = JSON.parse(decoder.decode(reader.take(jsonBytes))) as SpooledDefinition;
      const codes = new Int32Array(reader.take(codeBytes).slice().buffer);
      yield [definition, isReadable ? unpack(codes, texts) : undefined];
    }
  }

  #write(bytes: Uint8Array): void {
    this.#block.push(bytes);
    this.#blockSize += bytes.length;
    if (this.#blockSize >= blockBytes) this.#flush();
  }

  #flush(): void {
    const whole = new Uint8Array(this.#blockSize);
    let at = 0;
    for (const bytes of this.#block) {
      whole.set(bytes, at);
      at += bytes.length;
    }
    this.#file.append(whole);
    [this.#block, this.#blockSize] = [[], 0];
  }
}

/** An {@link Alternative} whose tests are known by their numbers. */
export interface WaitingAlternative extends Omit<Alternative, 'tests'> {
  readonly tests: readonly (Omit<PackageTest, 'test'> & { readonly test: number })[];
}

class LocalTexts {
  readonly list: string[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(text: string | undefined): number {
    if (text === undefined) return none;
    const known = this.#numbers.get(text) ?? this.list.length;
    if (known === this.list.length) {
      this.#numbers.set(text, known);
      this.list.push(text);
    }
    return known;
  }
}

const separator = '\n';

/** For each alternative: platforms, machines, module, number of tests; for each test: its id's number, whether negated, word. */
function pack(alternatives: readonly Alternative[], texts: LocalTexts, ids: IdTable): Int32Array<ArrayBuffer> {
  const codes: number[] = [];
  for (const { platforms, machines, module, tests } of alternatives) {
    codes.push(texts.numberOf(platforms?.join(separator)), texts.numberOf(machines?.join(separator)), texts.numberOf(module), tests.length);
    for (const { test, isNegated, word } of tests) codes.push(ids.numberOf(test), isNegated ? 1 : 0, texts.numberOf(word));
  }
  return Int32Array.from(codes);
}

function unpack(codes: Int32Array, texts: readonly string[]): readonly WaitingAlternative[] {
  const alternatives: WaitingAlternative[] = [];
  let at = 0;
  const next = (): number => codes[at++] ?? none;
  const text = (number: number): string | undefined => (number === none ? undefined : texts[number]);
  while (at < codes.length) {
    const [platforms, machines, module] = [text(next())?.split(separator), text(next())?.split(separator), text(next())];
    const tests = Array.from({ length: next() }, () => {
      const [test, negated, word] = [next(), next(), next()];
      return { test, isNegated: negated === 1, word: text(word) ?? '' };
    });
    alternatives.push({ ...(platforms && { platforms }), ...(machines && { machines }), ...(module !== undefined && { module }), tests });
  }
  return alternatives;
}

/** Reads a file from front to back. */
class SpoolReader {
  readonly #file: ArenaFile;
  #block = new Uint8Array();
  #at = 0;
  #next = 0;

  constructor(file: ArenaFile) {
    this.#file = file;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#block.length && this.#next === this.#file.size;
  }

  /** Good until the next call. */
  take(length: number): Uint8Array {
    if (this.#block.length - this.#at < length) {
      const left = this.#block.subarray(this.#at);
      const more = this.#file.read(this.#next, Math.max(blockBytes, length - left.length));
      this.#next += more.length;
      const joined = new Uint8Array(left.length + more.length);
      joined.set(left);
      joined.set(more, left.length);
      [this.#block, this.#at] = [joined, 0];
    }
    this.#at += length;
    return this.#block.subarray(this.#at - length, this.#at);
  }
}
