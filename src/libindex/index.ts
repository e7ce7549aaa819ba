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
export type { AffectedManifests } from './affected/affected-manifests.ts';
export type { DeletedManifests } from './delete-manifests.ts';
export type { ControllerFactory, IndexCall, IndexController } from './index-controller.ts';
export { Libindex } from './libindex.ts';
export { manifestDigest } from './manifest-digest.ts';
export type { CallOptions, IndexOptions, IndexProgress, LibindexOptions } from './options.ts';
