import { FakeLayerFetcher } from './fake-layer-fetcher.ts';
import { layerFetcherSuite } from './layer-fetcher-suite.ts';

layerFetcherSuite('FakeLayerFetcher', async () => {
  const fetcher = new FakeLayerFetcher();
  return {
    fetcher,
    serve: (entries) => fetcher.serve(entries),
    hold: (layer) => fetcher.hold(layer),
    transfers: (layer) => fetcher.transfers(layer),
    running: (layer) => fetcher.running(layer),
    [Symbol.asyncDispose]: () => fetcher[Symbol.asyncDispose](),
  };
});
