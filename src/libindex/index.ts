/**
 * Finds what is installed in container images.
 *
 * @example
 * ```ts
 * import { Libindex } from 'claircore/libindex';
 *
 * await using libindex = await Libindex.open({ store, engine, ecosystems });
 * const report = await libindex.index(manifest);
 * ```
 */
export { Libindex } from './libindex.ts';
export { manifestDigest } from './manifest-digest.ts';
export type { IndexOptions, IndexProgress, LibindexOptions } from './options.ts';
