import { LimitError } from '../../core/index.ts';
import { Interner } from './interner.ts';

/** Of all ids that definitions, tests, objects and states refer to; real documents have a million. */
const mostIds = 30_000_000;
const empty = 0;

/**
 * Numbers 0, 1, 2 … for OVAL ids. They end in a number (`oval:org.example:tst:20240001`, oval-definitions-schema): that, and a number for what
 * stands before it, in arrays of numbers. A million ids as texts in a Map would take ten times as much.
 */
export class IdTable {
  readonly #prefixes = new Interner('ids of a document');
  #prefixOf = new Int32Array(1024);
  #tailOf = new Float64Array(1024);
  /** Open addressing: one more than the number of an id, or {@link empty}. At most half of it is taken. */
  #slots = new Int32Array(2048);
  #size = 0;

  /** @throws LimitError `LIMIT_READ` */
  numberOf(id: string): number {
    const { prefix, tail } = split(id);
    const head = this.#prefixes.numberOf(prefix);
    const slot = this.#find(head, tail);
    const found = this.#slots[slot] ?? empty;
    if (found !== empty) return found - 1;
    if (this.#size >= mostIds) throw new LimitError('LIMIT_READ', { what: 'ids of a document', limit: mostIds });
    if (this.#size === this.#tailOf.length) this.#widen();
    this.#prefixOf[this.#size] = head;
    this.#tailOf[this.#size] = tail;
    this.#size += 1;
    this.#slots[slot] = this.#size;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return this.#size - 1;
  }

  /** Undefined for an id that was never given. */
  find(id: string): number | undefined {
    const { prefix, tail } = split(id);
    const head = this.#prefixes.find(prefix);
    const found = head === undefined ? empty : (this.#slots[this.#find(head, tail)] ?? empty);
    return found === empty ? undefined : found - 1;
  }

  #find(head: number, tail: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(head, tail) & mask;
    for (;;) {
      const found = this.#slots[slot] ?? empty;
      if (found === empty || (this.#prefixOf[found - 1] === head && this.#tailOf[found - 1] === tail)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #widen(): void {
    const [prefixes, tails] = [new Int32Array(this.#size * 2), new Float64Array(this.#size * 2)];
    prefixes.set(this.#prefixOf);
    tails.set(this.#tailOf);
    [this.#prefixOf, this.#tailOf] = [prefixes, tails];
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let id = 0; id < this.#size; id += 1) this.#slots[this.#find(this.#prefixOf[id] ?? 0, this.#tailOf[id] ?? 0)] = id + 1;
  }
}

/** Decimal digits that a double holds exactly. */
const mostDigits = 15;
const noTail = -1;

function split(id: string): { readonly prefix: string; readonly tail: number } {
  let start = id.length;
  while (start > 0 && isDigit(id.charCodeAt(start - 1))) start -= 1;
  const digits = id.length - start;
  if (digits === 0 || digits > mostDigits || (digits > 1 && id.charCodeAt(start) === zero)) return { prefix: id, tail: noTail };
  return { prefix: id.slice(0, start), tail: Number(id.slice(start)) };
}

const [zero, nine] = [0x30, 0x39];

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}

/** Numbers of one feed follow each other: both halves are mixed, or they would stand in one long row. */
function hash(head: number, tail: number): number {
  const [low, high] = [(tail % 0x1_0000_0000) | 0, Math.trunc(tail / 0x1_0000_0000) | 0];
  let mixed = Math.imul(low ^ Math.imul(high + head, 0x9e37_79b1), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
