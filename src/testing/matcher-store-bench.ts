import type { MatcherStore, PackageQuery, PreparedAdvisory, UpdateOutcome } from '../contracts/index.ts';
import { Sha256 } from '../runtime/index.ts';
import { runUpdate } from './store-fixtures.ts';

export const commit = {
  fingerprint: '"1"',
  updaterVersion: 3,
  bodyDigest: new Sha256().update('body').digest(),
  at: '2024-01-01T00:00:00Z',
};

/** A question about a source package of Debian 12. */
export function ask(name: string, key?: number, more: Partial<PackageQuery> = {}): PackageQuery {
  return { namespace: 'debian:12', name, kind: 'source', ...(key !== undefined && { key: Uint8Array.of(key) }), ...more };
}

/** The store of the test that runs, and what its tests do again and again. */
export class StoreBench {
  readonly #current: () => MatcherStore;

  constructor(current: () => MatcherStore) {
    this.#current = current;
  }

  get store(): MatcherStore {
    return this.#current();
  }

  /** Names of what is found. */
  readonly names = async (...queries: PackageQuery[]): Promise<readonly string[]> => {
    return (await this.store.find(queries)).map((row) => row.name);
  };

  /** The whole feed of the updater `debian`. */
  readonly load = (...advisories: PreparedAdvisory[]): Promise<UpdateOutcome> => runUpdate(this.store, 'debian', advisories);
}
