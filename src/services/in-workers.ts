import type { DataStoreOptions } from '../defaults/index.ts';

/** The data store as a service wants it: whoever asks is answered while a feed is committed. */
export function inWorkers(dataStore: DataStoreOptions): DataStoreOptions {
  return dataStore.dataStore === 'sqlite' ? { ...dataStore, threads: dataStore.threads ?? 'workers' } : dataStore;
}
