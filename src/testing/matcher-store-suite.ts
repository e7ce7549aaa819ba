import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MatcherStore } from '../contracts/index.ts';
import { StoreBench } from './matcher-store-bench.ts';
import { matcherStoreContentSuite } from './matcher-store-content-suite.ts';
import { matcherStoreDeltaSuite } from './matcher-store-delta-suite.ts';
import { matcherStoreFindSuite } from './matcher-store-find-suite.ts';
import { matcherStoreRetentionSuite } from './matcher-store-retention-suite.ts';
import { matcherStoreStatusSuite } from './matcher-store-status-suite.ts';
import { matcherStoreUpdateSuite } from './matcher-store-update-suite.ts';

/** What every {@link MatcherStore} keeps to; of deltas, where it takes them. `open` gives an empty store. */
export function matcherStoreSuite(name: string, open: () => Promise<MatcherStore>): void {
  describe(`${name} as a matcher store`, () => {
    let store: MatcherStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store[Symbol.asyncDispose]());

    const bench = new StoreBench(() => store);
    matcherStoreFindSuite(bench);
    matcherStoreContentSuite(bench);
    matcherStoreUpdateSuite(bench);
    matcherStoreDeltaSuite(bench);
    matcherStoreStatusSuite(bench);
    matcherStoreRetentionSuite(bench);

    it('closes twice, and is of no use then', async () => {
      await store[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await expect(store.find([])).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
      await expect(store.beginUpdate('debian', { key: 'updater:debian', fence: 1 })).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
      await expect(store.recordUnchanged('debian', '')).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
    });
  });
}
