import { layerKey, type IndexReport } from '../../core/index.ts';
import { defaultEcosystems, openImage, openLibindex, type DataStoreOptions } from '../../defaults/index.ts';
import type { CliContext } from '../cli-context.ts';
import type { FeedOptions, ImageOptions } from '../options/option-types.ts';
import { showIndexing } from '../progress/show-indexing.ts';
import type { RunStats } from '../run-stats.ts';
import { registryAccess } from './registry-access.ts';
import { boundYoungGeneration } from '../young-generation.ts';

export interface IndexRequest {
  readonly reference: string;
  readonly database: DataStoreOptions;
  readonly options: ImageOptions & Pick<FeedOptions, 'offline'>;
  readonly stats: RunStats;
}

/** Opens the image and indexes it. @throws InputError, FeedError, LimitError, StoreError, UsageError, AbortedError; what is wrong inside the image is in the report */
export async function indexReference(context: CliContext, request: IndexRequest): Promise<IndexReport> {
  const { reference, database, options, stats } = request;
  const { clock, logger, screen, io } = context;
  const { signal } = io;
  const progress = showIndexing(screen, reference);
  const registry = await registryAccess(options, io.environment);
  await using image = await stats.time('open', () =>
    openImage(reference, { platform: options.platform, ecosystems: defaultEcosystems, registry, signal }),
  );
  const layers = new Set(image.manifest.layers.map(layerKey)).size;
  stats.opened(layers, image.inflatedToOpen);
  progress.opened(layers);
  await using libindex = await openLibindex({ ...database, clock, logger });
  using bounds = new DisposableStack();
  const report = await stats.time('index', () =>
    libindex.index(image.manifest, {
      signal,
      onProgress: (event) => {
        // Not before layers are read: an image that is known needs nothing of the kind.
        if (event.kind === 'state' && event.state === 'ScanLayers') bounds.use(boundYoungGeneration());
        stats.add(event);
        progress.add(event);
      },
    }),
  );
  if (report.success) stats.indexed();
  screen.clear();
  return report;
}
