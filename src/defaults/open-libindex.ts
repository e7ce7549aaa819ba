import { UsageError } from '../core/index.ts';
import { createLayerEngine, createLayerFetcher, type LayerFetchMode } from '../image/index.ts';
import { Libindex, type LibindexOptions } from '../libindex/index.ts';
import { checkChoice, checkFunction, checkInteger, checkList } from '../runtime/index.ts';
import { versionSchemes } from '../versions/index.ts';
import { openIndexerStore, splitDataStore, type DataStoreOptions } from './data-store.ts';
import { defaultEcosystems, defaultMatchers } from './ecosystems.ts';

/** Whatever is not given is the default. */
export interface LibindexSettings extends Partial<Omit<LibindexOptions, 'store'>> {
  /**
   * Where the uncompressed tar of an opened layer is kept for its `reader()`: nowhere (`stream`, if absent), on disk, in memory, or both.
   * Indexing streams in any case.
   */
  readonly layerFetch?: LayerFetchMode;
}

/** The data store, and whatever else is not to be the default: docs/reference/options.md tells each. */
export type OpenLibindexOptions = DataStoreOptions & LibindexSettings;

/** A compiler error here says that an option was added or taken away. */
const settings: Readonly<Record<keyof LibindexSettings, true>> = {
  clock: true,
  controllerFactory: true,
  ecosystems: true,
  engine: true,
  fetcher: true,
  layerFetch: true,
  layerScanConcurrency: true,
  limits: true,
  locker: true,
  logger: true,
  matchers: true,
  resources: true,
  versionSchemes: true,
};

/**
 * A Libindex with everything that comes with this package.
 *
 * @example
 * ```ts
 * await using libindex = await openLibindex({ dataStore: 'sqlite', path: 'claircore.db' });
 * await using image = await openImage('app.tar');
 * const report = await libindex.index(image.manifest);
 * ```
 * @throws UsageError `USAGE_OPTION` naming the option, its value and what it takes, before anything was opened; also for an option
 * that there is not. UsageError `USAGE_PLUGIN`; StoreError
 */
export async function openLibindex(options: OpenLibindexOptions): Promise<Libindex> {
  const [dataStore, rest] = splitDataStore<LibindexSettings>(options, settings);
  checkSettings(rest);
  const { layerFetch, limits, resources = [], ...others } = rest;
  await using opened = new AsyncDisposableStack();
  const fetcher = rest.fetcher ?? opened.use(createLayerFetcher({ mode: layerFetch, limits, logger: rest.logger }));
  const engine = rest.engine ?? createLayerEngine({ limits });
  const store = await openIndexerStore(dataStore);
  // From here on the Libindex closes them, also when it cannot be opened.
  const owned = rest.fetcher ? [] : [fetcher];
  opened.move();
  return await Libindex.open({
    ...others,
    ...(limits && { limits }),
    store,
    fetcher,
    engine,
    ecosystems: rest.ecosystems ?? defaultEcosystems,
    matchers: rest.matchers ?? defaultMatchers,
    versionSchemes: rest.versionSchemes ?? versionSchemes,
    resources: [...resources, ...owned],
  });
}

function checkSettings({ layerScanConcurrency, layerFetch, fetcher, controllerFactory, ecosystems, matchers }: LibindexSettings): void {
  checkInteger('layerScanConcurrency', layerScanConcurrency, { min: 1, max: 1024 });
  checkChoice('layerFetch', layerFetch, ['stream', 'ondisk', 'inmem', 'tee']);
  if (layerFetch !== undefined && fetcher !== undefined) {
    throw new UsageError('USAGE_OPTION', {
      option: 'layerFetch',
      value: layerFetch,
      expected: 'to be absent: a fetcher of its own is given',
    });
  }
  checkFunction('controllerFactory', controllerFactory);
  checkList('ecosystems', ecosystems);
  checkList('matchers', matchers);
}
