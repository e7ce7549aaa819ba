import { beforeEach, describe, expect, it } from 'vitest';
import type { MatcherStore } from '../contracts/index.ts';
import { operationRef } from '../runtime/index.ts';
import { ask, commit, type StoreBench } from './matcher-store-bench.ts';
import { debian12, npmNamespace, preparedAdvisory, preparedRow, runUpdate } from './store-fixtures.ts';

/** What a {@link MatcherStore} tells about its updaters and namespaces. */
export function matcherStoreStatusSuite(bench: StoreBench): void {
  const { load } = bench;

  describe('namespaces', () => {
    let store: MatcherStore;
    beforeEach(() => {
      store = bench.store;
    });

    it('are those of current rows, with the facts last said, sorted by key', async () => {
      await load(preparedAdvisory('CVE-1', [preparedRow('a', { namespace: npmNamespace }), preparedRow('b')]));
      expect(await store.namespaces()).toEqual([debian12, npmNamespace]);
      const renamed = { ...debian12, distribution: { did: 'debian' } };
      await load(preparedAdvisory('CVE-2', [preparedRow('a', { namespace: renamed })]));
      expect(await store.namespaces()).toEqual([renamed]);
    });
  });

  describe('status', () => {
    let store: MatcherStore;
    beforeEach(() => {
      store = bench.store;
    });

    it('tells what was loaded, and which operation rows come from', async () => {
      await using lease = await store.locker.lock('updater:debian');
      await using session = await store.beginUpdate('debian', lease);
      await session.stage([preparedAdvisory('CVE-1', [preparedRow('a'), preparedRow('b', { namespace: npmNamespace })])]);
      await session.commit(commit);
      expect(await store.status()).toEqual([
        {
          updater: 'debian',
          updaterVersion: 3,
          fingerprint: '"1"',
          bodyDigest: commit.bodyDigest,
          operation: operationRef('debian', commit.bodyDigest),
          lastAttempt: commit.at,
          lastSuccess: commit.at,
          advisories: 1,
          rows: 2,
          namespaces: ['debian:12', 'npm'],
        },
      ]);
      expect((await store.find([ask('a')]))[0]?.operation).toBe(operationRef('debian', commit.bodyDigest));
      expect(await store.operations()).toEqual([
        { id: 1, updater: 'debian', at: commit.at, bodyDigest: commit.bodyDigest, added: 1, removed: 0 },
      ]);
    });

    it('remembers a failure beside the last good data, until something succeeds', async () => {
      await load(preparedAdvisory('CVE-1', [preparedRow('a')]));
      const [good] = await store.status();
      await store.recordFailure('debian', '2024-03-03T00:00:00Z', { code: 'FEED_STATUS', message: 'it answered 500' });
      expect(await store.status()).toEqual([
        { ...good, lastAttempt: '2024-03-03T00:00:00Z', lastError: { code: 'FEED_STATUS', message: 'it answered 500' } },
      ]);
      await store.recordUnchanged('debian', '2024-04-04T00:00:00Z');
      expect(await store.status()).toEqual([{ ...good, lastAttempt: '2024-04-04T00:00:00Z', lastSuccess: '2024-04-04T00:00:00Z' }]);
      await store.recordUnchanged('debian', '2024-05-05T00:00:00Z', '"new"');
      expect(await store.status()).toMatchObject([{ fingerprint: '"new"', bodyDigest: good?.bodyDigest }]);
      await store.recordFailure('debian', '2024-06-06T00:00:00Z', { code: 'FEED_STATUS', message: '' });
      await load(preparedAdvisory('CVE-1', [preparedRow('a')]));
      expect((await store.status())[0]).not.toHaveProperty('lastError');
    });

    it('knows updaters that never succeeded, sorted by name', async () => {
      await store.recordFailure('zebra', '2024-01-01T00:00:00Z', { code: 'FEED_UNREACHABLE', message: 'no route' });
      await store.recordFailure('alpine', '2024-01-01T00:00:00Z', { code: 'FEED_UNREACHABLE', message: 'no route' });
      const nothing = { updaterVersion: 0, lastAttempt: '2024-01-01T00:00:00Z', advisories: 0, rows: 0, namespaces: [] };
      const lastError = { code: 'FEED_UNREACHABLE', message: 'no route' };
      expect(await store.status()).toEqual([
        { updater: 'alpine', ...nothing, lastError },
        { updater: 'zebra', ...nothing, lastError },
      ]);
    });

    it('filters operations by updater', async () => {
      for (const updater of ['one', 'two']) await runUpdate(store, updater, [preparedAdvisory('CVE-1', [preparedRow('a')])]);
      await runUpdate(store, 'one', []);
      expect((await store.operations('one')).map(({ id, added, removed }) => [id, added, removed])).toEqual([
        [1, 1, 0],
        [3, 0, 1],
      ]);
      expect((await store.operations()).map(({ id }) => id)).toEqual([1, 2, 3]);
      expect((await store.diff(0, 3, 'two')).added.map(({ updater }) => updater)).toEqual(['two']);
      expect(await store.operations('three')).toEqual([]);
    });
  });
}
