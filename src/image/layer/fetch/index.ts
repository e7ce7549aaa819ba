export type { LayerFetchMode } from './keep-layer.ts';
export { bytesContent, fileContent } from './given-content.ts';
export { createLayerFetcher, type LayerFetcherOptions } from './layer-fetcher.ts';
export { readRemoteBlob, type ReadRemoteBlobOptions } from './read-remote-blob.ts';
export type { BlobAddress } from './blob-address.ts';
