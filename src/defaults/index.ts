export { openIndexerStore, openMatcherStore, type DataStoreOptions, type PostgresDataStore, type SqliteDataStore } from './data-store.ts';
export { defaultEcosystems, defaultMatchers } from './ecosystems.ts';
export { openImage, type OpenImageOptions } from './open-image.ts';
export { openLibindex, type LibindexSettings, type OpenLibindexOptions } from './open-libindex.ts';
export { openLibvuln, type LibvulnSettings, type OpenLibvulnOptions } from './open-libvuln.ts';
export { plugins } from './plugins.ts';
export { reportWriters } from './report-writers.ts';
export { unionWants } from './union-wants.ts';
export { selectUpdaterSets, type FeedChoice } from './updater-sets.ts';
