import type { Layer } from '../../../core/index.ts';
import { BlobServer } from '../../../testing/blob-server.ts';
import { compress } from '../../../testing/compress.ts';
import { tarOf } from '../../../testing/fake-layer-engine-tar.ts';
import { layerFetcherSuite } from '../../../testing/layer-fetcher-suite.ts';
import { layerFetchModes } from './keep-layer.ts';
import { createLayerFetcher } from './layer-fetcher.ts';

for (const mode of layerFetchModes) {
  layerFetcherSuite(`createLayerFetcher (${mode})`, async () => {
    const server = await BlobServer.start();
    const fetcher = createLayerFetcher({ mode, http: { allowedHosts: [server.host], environment: {} } });
    const pathOf = ({ uri = '' }: Layer): string => new URL(uri).pathname;
    return {
      fetcher,
      serve: (entries) => server.add(compress(tarOf(entries), 'gzip')),
      hold: (layer) => server.hold(pathOf(layer)),
      transfers: (layer) => server.count(pathOf(layer)),
      running: (layer) => server.running(pathOf(layer)),
      async [Symbol.asyncDispose]() {
        await fetcher[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  });
}
