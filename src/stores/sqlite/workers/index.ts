export { openIndexerStoreInWorkers } from './indexer-store-in-workers.ts';
export { openMatcherStoreInWorkers } from './matcher-store-in-workers.ts';
