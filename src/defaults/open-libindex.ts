import { createLayerEngine } from '../image/index.ts';
import { Libindex, type LibindexOptions } from '../libindex/index.ts';
import { openIndexerStore, type DataStoreOptions } from './data-store.ts';
import { defaultEcosystems } from './ecosystems.ts';

/** Whatever is not given is the default; `store` is what `dataStore` and `path` say. */
export type OpenLibindexOptions = DataStoreOptions & Partial<Omit<LibindexOptions, 'store'>>;

/**
 * A Libindex with everything that comes with this package.
 *
 * @example
 * ```ts
 * await using libindex = await openLibindex({ dataStore: 'sqlite', path: 'claircore.db' });
 * await using image = await openImage('app.tar');
 * const report = await libindex.index(image.manifest);
 * ```
 * @throws StoreError, UsageError
 */
export async function openLibindex({ dataStore, path, ...options }: OpenLibindexOptions): Promise<Libindex> {
  const store = await openIndexerStore({ dataStore, path });
  return await Libindex.open({
    engine: createLayerEngine({ limits: options.limits }),
    ecosystems: defaultEcosystems,
    ...options,
    store,
  });
}
