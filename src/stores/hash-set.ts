const wordsPerSlot = 4;
const firstSlots = 4096;

/** A set of 16-byte hashes: 32 to 64 bytes each, where a set of texts takes 150. Feeds have hundreds of thousands of advisories. */
export class HashSet {
  /** Open addressing; a slot of zeros is free. */
  #words = new Uint32Array(firstSlots * wordsPerSlot);
  #size = 0;
  #hasZero = false;

  /** False when it was there already. */
  add(hash: Uint8Array): boolean {
    const words = [wordAt(hash, 0), wordAt(hash, 4), wordAt(hash, 8), wordAt(hash, 12)] as const;
    if (isFree(...words)) {
      const isNew = !this.#hasZero;
      this.#hasZero = true;
      return isNew;
    }
    if (!place(this.#words, ...words)) return false;
    this.#size += 1;
    if (this.#size * 2 * wordsPerSlot > this.#words.length) this.#grow();
    return true;
  }

  #grow(): void {
    const grown = new Uint32Array(this.#words.length * 2);
    const words = this.#words;
    for (let at = 0; at < words.length; at += wordsPerSlot) {
      const [a = 0, b = 0, c = 0, d = 0] = [words[at], words[at + 1], words[at + 2], words[at + 3]];
      if (!isFree(a, b, c, d)) place(grown, a, b, c, d);
    }
    this.#words = grown;
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}

function isFree(a: number, b: number, c: number, d: number): boolean {
  return (a | b | c | d) === 0;
}

/** Puts a hash into its slot, or the next that is free; false where it is there already. */
function place(into: Uint32Array, a: number, b: number, c: number, d: number): boolean {
  // Its own bits spread it: the table's length is a power of two.
  const mask = into.length - 1;
  for (let at = (a * wordsPerSlot) & mask; ; at = (at + wordsPerSlot) & mask) {
    const [first = 0, second = 0, third = 0, fourth = 0] = [into[at], into[at + 1], into[at + 2], into[at + 3]];
    if (first === a && second === b && third === c && fourth === d) return false;
    if (isFree(first, second, third, fourth)) {
      into[at] = a;
      into[at + 1] = b;
      into[at + 2] = c;
      into[at + 3] = d;
      return true;
    }
  }
}
