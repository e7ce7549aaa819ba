/** Conformance suites: what every implementation of a seam must do, as vitest tests. Call them at the top level of a test file. */
export { coalescerSuite } from './coalescer-suite.ts';
export { enricherSuite, type EnricherBench } from './enricher-suite.ts';
export { feedClientSuite, type FeedClientBench } from './feed-client-suite.ts';
export { indexerStoreSuite } from './indexer-store-suite.ts';
export { layerEngineSuite, type LayerEngineBench } from './layer-engine-suite.ts';
export { layerFetcherSuite, type LayerFetcherBench } from './layer-fetcher-suite.ts';
export { libindexSuite, type LibindexBench } from './libindex-suite.ts';
export { libvulnSuite, type LibvulnBench } from './libvuln-suite.ts';
export { lockerSuite, type OpenedLockers } from './locker-suite.ts';
export { matcherSuite } from './matcher-suite.ts';
export { matcherStoreSuite } from './matcher-store-suite.ts';
export { scannerSuite } from './scanner-suite.ts';
export { stackSuite, type StackBench } from './stack-suite.ts';
export { updaterSetSuite, type UpdaterSetBench } from './updater-set-suite.ts';
export { updaterSuite, type UpdaterBench } from './updater-suite.ts';
