/** Entries above which an interner forgets what it knows: what comes again is then staged again, and joined at the commit. */
const maxEntries = 100_000;

/** Gives equal keys one id, as far as it remembers. */
export class Interner {
  readonly #ids = new Map<string, number>();
  #last = 0;

  /** @param add called with the new id when the key is new */
  idOf(key: string, add: (id: number) => void): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#last += 1;
    add(this.#last);
    this.#ids.set(key, this.#last);
    return this.#last;
  }

  /** Keeps memory bounded. Not to be called while ids of one advisory are compared. */
  trim(): void {
    if (this.#ids.size > maxEntries) this.#ids.clear();
  }
}

/** The parts as one text that no other parts give. */
export function keyOf(parts: readonly (string | undefined)[]): string {
  let key = '';
  for (const part of parts) key += part === undefined ? '-' : `${part.length}:${part}`;
  return key;
}

/** Bytes as part of a key. */
export function keyOfBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
