export { openPostgresIndexerStore } from './indexer/open-postgres-indexer-store.ts';
export { openPostgresMatcherStore } from './matcher/open-postgres-matcher-store.ts';
