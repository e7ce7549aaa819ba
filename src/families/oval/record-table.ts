import { LimitError } from '../../core/index.ts';

/** Numbers of all records together: 800 MB, which no real document comes near. */
const mostNumbers = 200_000_000;

/** Lists of numbers by id: what is said of an id once. */
export class RecordTable {
  #slots = new Int32Array(1024);
  #numbers = new Int32Array(4096);
  #used = 1;

  /** False where something else was said of the id before, which then stands. @throws LimitError `LIMIT_READ` */
  put(id: number, record: readonly number[]): boolean {
    const known = this.get(id);
    if (known) return known.length === record.length && record.every((number, index) => known[index] === number);
    if (id >= this.#slots.length) this.#slots = widened(this.#slots, id + 1);
    const end = this.#used + 1 + record.length;
    if (end > mostNumbers) throw new LimitError('LIMIT_READ', { what: 'tests of a document', limit: mostNumbers });
    if (end > this.#numbers.length) this.#numbers = widened(this.#numbers, end);
    this.#slots[id] = this.#used;
    this.#numbers[this.#used] = record.length;
    this.#numbers.set(record, this.#used + 1);
    this.#used = end;
    return true;
  }

  get(id: number): Int32Array | undefined {
    const start = this.#slots[id] ?? 0;
    return start === 0 ? undefined : this.#numbers.subarray(start + 1, start + 1 + (this.#numbers[start] ?? 0));
  }
}

function widened(numbers: Int32Array, least: number): Int32Array<ArrayBuffer> {
  const wide = new Int32Array(Math.max(least, Math.ceil(numbers.length * 1.5)));
  wide.set(numbers);
  return wide;
}
