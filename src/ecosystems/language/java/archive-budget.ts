/** What one file of an image may ask for, with all that is packed in it. Bytes, counts. */
export const archiveLimits = {
  /** How deep an archive may lie in archives. */
  nesting: 8,
  /** Of a nested archive, in memory. */
  'archive-bytes': 512 * 1024 * 1024,
  /** Of everything that is unpacked. There is no clock: the same file gives the same findings on any machine. */
  'unpacked-bytes': 1024 * 1024 * 1024,
  /** The same for all files of a layer together. */
  'layer-unpacked-bytes': 16 * 1024 * 1024 * 1024,
  archives: 10_000,
  /** Of all archives. */
  entries: 1_000_000,
  /** Of the directory of one archive. */
  'directory-bytes': 64 * 1024 * 1024,
  /** Of one manifest. */
  'manifest-bytes': 16 * 1024 * 1024,
  /** Of one `pom.properties`. */
  'properties-bytes': 64 * 1024,
  /** Characters of the name of an entry that is read. */
  'name-length': 4096,
  packages: 20_000,
} as const;

export type ArchiveLimit = keyof typeof archiveLimits;

/** Limits whose passing ends the reading of the file. */
export type CountedLimit = 'unpacked-bytes' | 'archives' | 'entries' | 'packages';

/** What is left of the limits while one file is read. */
export class ArchiveBudget {
  readonly #used = new Map<CountedLimit, number>();

  /** Whether as much may still be taken; it is taken then. */
  take(what: CountedLimit, amount: number): boolean {
    const used = (this.#used.get(what) ?? 0) + amount;
    if (used > archiveLimits[what]) return false;
    this.#used.set(what, used);
    return true;
  }

  left(what: CountedLimit): number {
    return archiveLimits[what] - (this.#used.get(what) ?? 0);
  }
}

/** What is left of what all archives of a layer may unpack to: a small one that grows to the limit costs little to make a thousand times. */
export class LayerBudget {
  #left: number;

  /** @param bytes to unpack */
  constructor(bytes: number = archiveLimits['layer-unpacked-bytes']) {
    this.#left = bytes;
  }

  /** Whether as much may still be unpacked; it counts as unpacked then. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }
}
