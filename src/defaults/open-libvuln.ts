import { Libvuln, type LibvulnOptions } from '../libvuln/index.ts';
import { versionSchemes } from '../versions/index.ts';
import { openMatcherStore, type DataStoreOptions } from './data-store.ts';
import { defaultMatchers } from './ecosystems.ts';
import { selectUpdaterSets } from './updater-sets.ts';

/** Whatever is not given is the default; `store` is what `dataStore` and `path` say. Without `feeds` no network is used. */
export type OpenLibvulnOptions = DataStoreOptions & Partial<Omit<LibvulnOptions, 'store'>>;

/**
 * A Libvuln with everything that comes with this package.
 *
 * @example
 * ```ts
 * await using feeds = createFeedClient();
 * await using libvuln = await openLibvuln({ dataStore: 'sqlite', path: 'claircore.db', feeds });
 * await libvuln.update({ namespaces: libvuln.requiredNamespaces(indexReport), maxAge: 6 * 3_600_000 });
 * const report = await libvuln.scan(indexReport);
 * ```
 * @throws StoreError, UsageError
 */
export async function openLibvuln({ dataStore, path, ...options }: OpenLibvulnOptions): Promise<Libvuln> {
  const store = await openMatcherStore({ dataStore, path });
  try {
    return await Libvuln.open({ updaterSets: selectUpdaterSets(), matchers: defaultMatchers, versionSchemes, ...options, store });
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}
