import type { OpenedLayer, OpenLayerOptions } from '../../contracts/index.ts';
import type { Layer } from '../../core/index.ts';
import { createLayerFetcher, type LayerFetcherOptions } from './fetch/index.ts';

/**
 * Fetches and verifies one layer and holds it until it is disposed: its files by path, its tar at any place. Who opens many, or the same one from
 * several places, makes a `LayerFetcher`, which shares connections and transfers.
 *
 * @example
 * ```ts
 * await using layer = await openLayer({ digest, content: fileContent('layer.tar.gz') });
 * const files = await layer.files(['/etc/os-release', 'var/lib/dpkg/status']);
 * const { size, read } = await layer.reader();
 * ```
 * @throws UsageError `USAGE_OPTION`; InputError, FeedError, LimitError, AbortedError
 */
export async function openLayer(layer: Layer, options: LayerFetcherOptions & OpenLayerOptions = {}): Promise<OpenedLayer> {
  const { signal, ...fetching } = options;
  const fetcher = createLayerFetcher(fetching);
  try {
    const opened = await fetcher.open(layer, { signal });
    return {
      files: (paths, asking) => opened.files(paths, asking),
      reader: () => opened.reader(),
      async [Symbol.asyncDispose]() {
        await opened[Symbol.asyncDispose]();
        await fetcher[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await fetcher[Symbol.asyncDispose]();
    throw error;
  }
}
