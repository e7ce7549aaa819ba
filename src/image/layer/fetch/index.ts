export type { LayerFetchMode } from './keep-layer.ts';
export { bytesContent, fileContent } from './given-content.ts';
export { createLayerFetcher, type LayerFetcherOptions } from './layer-fetcher.ts';
