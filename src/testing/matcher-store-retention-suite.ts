import { beforeEach, describe, expect, it } from 'vitest';
import type { MatcherStore } from '../contracts/index.ts';
import { ask, type StoreBench } from './matcher-store-bench.ts';
import { preparedAdvisory, preparedRow, runUpdate } from './store-fixtures.ts';

/** What a {@link MatcherStore} throws away. */
export function matcherStoreRetentionSuite(bench: StoreBench): void {
  const { names, load } = bench;

  describe('retention', () => {
    let store: MatcherStore;
    beforeEach(() => {
      store = bench.store;
    });

    it('deletes what was closed before the last operations of its updater, and nothing else', async () => {
      for (const name of ['CVE-1', 'CVE-2', 'CVE-3', 'CVE-4']) {
        await load(preparedAdvisory(name, [preparedRow('a'), preparedRow('b')]), preparedAdvisory('CVE-stays', [preparedRow('a')]));
      }
      await runUpdate(store, 'other', [preparedAdvisory('CVE-1', [preparedRow('z')])]);
      await runUpdate(store, 'other', []);
      const ids = (await store.diff(0, 1)).added.map(({ id }) => id);
      expect(await store.collectGarbage(10)).toBe(0);
      expect(await store.collectGarbage(2)).toBe(1);
      expect((await store.diff(2, 4)).removed.map(({ name }) => name)).toEqual(['CVE-2']);
      expect(await store.collectGarbage(2)).toBe(0);
      expect(await names(ask('a'))).toEqual(['CVE-4', 'CVE-stays']);
      expect((await store.operations()).map(({ id, updater }) => `${id} ${updater}`)).toEqual([
        '3 debian',
        '4 debian',
        '5 other',
        '6 other',
      ]);
      expect(await store.collectGarbage(0)).toBe(3);
      expect((await store.operations()).map(({ id }) => id)).toEqual([4, 6]);
      const kept = await store.find([ask('a'), ask('b')]);
      expect(kept.map((row) => row.name)).toEqual(['CVE-4', 'CVE-stays', 'CVE-4']);
      expect((await store.texts(kept.map((row) => row.advisory))).size).toBe(2);
      expect((await store.diff(3, 5)).removed).toEqual([]);
      expect((await store.diff(0, 6)).added.map(({ name }) => name).sort()).toEqual(['CVE-4', 'CVE-stays']);
      expect((await store.diff(2, 6)).added.map(({ name }) => name)).toEqual(['CVE-4']);
      // An id is never given to another advisory, or to another operation.
      expect(await load(preparedAdvisory('CVE-9', [preparedRow('c')]))).toMatchObject({ operation: 7 });
      expect(ids).not.toContain((await store.find([ask('c')]))[0]?.advisory);
    });
  });
}
