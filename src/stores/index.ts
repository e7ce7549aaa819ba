export { openSqliteIndexerStore } from './sqlite/indexer/open-sqlite-indexer-store.ts';
export { openSqliteMatcherStore } from './sqlite/matcher/open-sqlite-matcher-store.ts';
