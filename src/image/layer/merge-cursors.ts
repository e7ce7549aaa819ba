import type { MapCursor } from './map-cursor.ts';
import { sharedLength } from './path-key.ts';

/**
 * Goes through several sorted lists at once, key by key. For each cursor it knows how much its key shares with the key that
 * was given last: of keys that are all larger, the one that shares more is smaller, so most steps compare no bytes at all.
 */
export class CursorMerge {
  readonly #cursors: readonly MapCursor[];
  readonly #shared: number[];
  #active: number[];
  /** The cursors that are at the present key, by index, in ascending order. */
  readonly group: number[] = [];

  constructor(cursors: readonly MapCursor[]) {
    this.#cursors = cursors;
    this.#shared = cursors.map(() => 0);
    this.#active = cursors.flatMap((cursor, index) => (cursor.next() ? [index] : []));
  }

  /** Goes to the next key; false at the end. @throws InputError `LAYER_MAP_CORRUPT` */
  next(): boolean {
    for (const index of this.group) this.#advance(index);
    this.group.length = 0;
    let most = -1;
    for (const index of this.#active) most = Math.max(most, this.#shared[index] ?? 0);
    if (most < 0) return false;
    for (const index of this.#active) if (this.#shared[index] === most) this.#enter(index, most);
    return true;
  }

  /** A cursor that is at the present key; of several, the one with the highest index. */
  get current(): MapCursor {
    return this.cursor(this.group.length - 1);
  }

  /** The nth cursor of the group. */
  cursor(at: number): MapCursor {
    const cursor = this.#cursors[this.group[at] ?? -1];
    if (!cursor) throw new RangeError('the merge is at no key');
    return cursor;
  }

  #advance(index: number): void {
    const cursor = this.#cursors[index];
    if (cursor?.next()) this.#shared[index] = cursor.shared;
    else this.#active = this.#active.filter((other) => other !== index);
  }

  /** Compares a candidate with the smallest so far; each keeps what it shares with the smallest. */
  #enter(index: number, from: number): void {
    const candidate = this.#cursors[index];
    const best = this.#cursors[this.group[0] ?? -1];
    if (!candidate) return;
    if (!best) {
      this.group.push(index);
      this.#shared[index] = candidate.length;
      return;
    }
    const shared = sharedLength(candidate.key, candidate.length, best.key, best.length, from);
    this.#shared[index] = shared;
    const isSame = shared === candidate.length && shared === best.length;
    if (isSame) {
      this.group.push(index);
      return;
    }
    if (!isBefore(candidate, best, shared)) return;
    // Those compared before are not smaller than `best`: they share no more with the new smallest than `best` does.
    for (const other of this.#active) {
      if (other === index) break;
      if ((this.#shared[other] ?? 0) >= from) this.#shared[other] = Math.min(this.#shared[other] ?? 0, shared);
    }
    this.group.length = 0;
    this.group.push(index);
    this.#shared[index] = candidate.length;
  }
}

function isBefore(a: MapCursor, b: MapCursor, shared: number): boolean {
  if (shared === a.length) return true;
  if (shared === b.length) return false;
  return (a.key[shared] ?? 0) < (b.key[shared] ?? 0);
}
