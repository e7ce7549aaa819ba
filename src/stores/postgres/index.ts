export { openPostgresIndexerStore } from './indexer/open-postgres-indexer-store.ts';
