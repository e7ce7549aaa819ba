/** Limits on foreign input. Bytes, milliseconds, counts. */
export interface Limits {
  /** Uncompressed bytes of a layer. */
  readonly layerBytes: number;
  readonly layerEntries: number;
  /** Milliseconds for one layer. */
  readonly layerTime: number;
  /** Bytes of a path; longer ones are skipped with a diagnostic. */
  readonly pathBytes: number;
  /** Bytes of a file that is wanted whole. */
  readonly fileBytes: number;
  /** Bytes of a file that is wanted for random access. */
  readonly randomAccessBytes: number;
  /** Kept bytes of one layer in memory; what is beyond goes to the temp arena. */
  readonly keptBytes: number;
  /** Encoded bytes of a layer map in memory; what is beyond goes to the temp arena. */
  readonly layerMapMemory: number;
  readonly layerMapBytes: number;
  /** Inflated to compressed, counted only once `ratioFloor` bytes were inflated. */
  readonly ratio: number;
  readonly ratioFloor: number;
  /** How deep an image index may lie in image indexes. */
  readonly nesting: number;
  /** Paths through symbolic links that are asked of scanners, for one image. */
  readonly linkPaths: number;
}

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

export const defaultLimits: Limits = {
  layerBytes: 64 * GiB,
  layerEntries: 10_000_000,
  layerTime: 30 * 60_000,
  pathBytes: 4 * KiB,
  fileBytes: 16 * MiB,
  randomAccessBytes: 2 * GiB,
  keptBytes: 8 * MiB,
  layerMapMemory: 128 * MiB,
  layerMapBytes: GiB,
  ratio: 1000,
  ratioFloor: 4 * GiB,
  nesting: 8,
  linkPaths: 2_000_000,
};
