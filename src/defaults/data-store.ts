import type { IndexerStore, MatcherStore } from '../contracts/index.ts';
import { openSqliteIndexerStore, openSqliteMatcherStore } from '../stores/index.ts';

/**
 * Where data is kept. `sqlite`: a pair of files, made where they are not: `path` for advisories and `path` + `.index`
 * for index results, so that loading a feed never stops an index. Give `openLibindex` and `openLibvuln` the same.
 */
export type DataStoreOptions = { readonly dataStore: 'sqlite'; readonly path: string };

/** @throws StoreError */
export function openIndexerStore({ path }: DataStoreOptions): Promise<IndexerStore> {
  return openSqliteIndexerStore(`${path}.index`);
}

/** @throws StoreError */
export function openMatcherStore({ path }: DataStoreOptions): Promise<MatcherStore> {
  return openSqliteMatcherStore(path);
}
