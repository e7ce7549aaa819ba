/** Entries above which everything is forgotten: what comes again is then staged again, and joined at the commit. */
const maxEntries = 100_000;

export type PathPart = string | number | boolean | undefined;
type Level = Map<PathPart, unknown>;

/**
 * Values by a path of parts, as far as they are remembered. Maps in maps: no key text has to be built for every row of a feed, which
 * takes five times as long. What varies most belongs at the end of a path, so that there are few maps.
 */
export class Interner<T extends number | readonly unknown[]> {
  #root: Level = new Map();
  #entries = 0;

  get(path: readonly PathPart[]): T | undefined {
    let found: unknown = this.#root;
    for (const part of path) {
      found = (found as Level).get(part);
      if (found === undefined) return undefined;
    }
    return found as T;
  }

  /** All paths of one interner have the same length. */
  set(path: readonly PathPart[], value: T): void {
    let level = this.#root;
    for (const part of path.slice(0, -1)) {
      const next = (level.get(part) as Level | undefined) ?? new Map<PathPart, unknown>();
      level.set(part, next);
      level = next;
    }
    level.set(path.at(-1), value);
    this.#entries += 1;
  }

  /** Keeps memory bounded: true where everything was forgotten. */
  trim(): boolean {
    if (this.#entries <= maxEntries) return false;
    this.#root = new Map();
    this.#entries = 0;
    return true;
  }
}
