import { beforeEach, describe, expect, it } from 'vitest';
import type { MatcherStore } from '../contracts/index.ts';
import { ask, commit, type StoreBench } from './matcher-store-bench.ts';
import { npmNamespace, preparedAdvisory, preparedRow, releasedLease, runUpdate } from './store-fixtures.ts';

/** What an update of a whole feed does to a {@link MatcherStore}. */
export function matcherStoreUpdateSuite(bench: StoreBench): void {
  const { names, load } = bench;

  describe('update', () => {
    let store: MatcherStore;
    beforeEach(() => {
      store = bench.store;
    });

    it('shows nothing until it is committed, and nothing of a session that was not', async () => {
      await load(preparedAdvisory('CVE-old', [preparedRow('a')]));
      const before = [await store.status(), await store.operations()];
      const lease = await store.locker.lock('updater:debian');
      const session = await store.beginUpdate('debian', lease);
      await session.stage([preparedAdvisory('CVE-new', [preparedRow('a', { namespace: npmNamespace }), preparedRow('a')])]);
      expect(await names(ask('a'))).toEqual(['CVE-old']);
      await session[Symbol.asyncDispose]();
      await session[Symbol.asyncDispose]();
      expect(await names(ask('a'))).toEqual(['CVE-old']);
      expect([await store.status(), await store.operations()]).toEqual(before);
      await lease.release();
    });

    it('closes what is gone, opens what is new or changed, leaves the rest', async () => {
      const [same, gone, old, changed, fresh] = [
        preparedAdvisory('CVE-same', [preparedRow('a')]),
        preparedAdvisory('CVE-gone', [preparedRow('a'), preparedRow('b')]),
        preparedAdvisory('CVE-changed', [preparedRow('a')]),
        preparedAdvisory('CVE-changed', [preparedRow('a', { severity: 'high' }), preparedRow('c')]),
        preparedAdvisory('CVE-fresh', [preparedRow('d')]),
      ];
      expect(await load(same, gone, old)).toEqual({
        operation: 1,
        advisories: { added: 3, removed: 0, unchanged: 0 },
        rows: { before: 0, after: 4 },
      });
      const [before] = await store.find([ask('a')]).then((rows) => rows.filter((row) => row.name === 'CVE-same'));
      expect(await load(same, changed, fresh)).toEqual({
        operation: 2,
        advisories: { added: 2, removed: 2, unchanged: 1 },
        rows: { before: 4, after: 4 },
      });
      const after = await store.find([ask('a'), ask('b'), ask('c'), ask('d')]);
      expect(after.map((row) => [row.query, row.name, row.severity])).toEqual([
        [0, 'CVE-changed', 'high'],
        [0, 'CVE-same', 'low'],
        [2, 'CVE-changed', 'low'],
        [3, 'CVE-fresh', 'low'],
      ]);
      expect(after[1]?.advisory).toBe(before?.advisory);
      const diff = await store.diff(1, 2);
      expect([diff.added.map(({ name }) => name).sort(), diff.removed.map(({ name }) => name).sort()]).toEqual([
        ['CVE-changed', 'CVE-fresh'],
        ['CVE-changed', 'CVE-gone'],
      ]);
    });

    it('makes no operation when nothing changed, in whatever order', async () => {
      const advisories = ['CVE-1', 'CVE-2'].map((name) => preparedAdvisory(name, [preparedRow('a')]));
      await load(...advisories);
      const rows = await store.find([ask('a')]);
      const outcome = await runUpdate(store, 'debian', advisories.toReversed(), {
        at: '2024-02-02T00:00:00Z',
        body: 'the same, said otherwise',
      });
      expect(outcome).toEqual({ advisories: { added: 0, removed: 0, unchanged: 2 }, rows: { before: 2, after: 2 } });
      expect(await store.operations()).toHaveLength(1);
      expect((await store.find([ask('a')])).map((row) => row.advisory)).toEqual(rows.map((row) => row.advisory));
      expect(await store.status()).toMatchObject([{ lastSuccess: '2024-02-02T00:00:00Z' }]);
    });

    it('leaves an advisory that only moved in its document, and tells its new place', async () => {
      const at = (pointer: string) => [preparedRow('openssl', { pointer }), preparedRow('openssl-doc', { pointer: `${pointer}/doc` })];
      await runUpdate(store, 'u', [preparedAdvisory('CVE-1', at('/1/a')), preparedAdvisory('CVE-2', at('/2/a'))]);
      const operations = await store.operations();
      const moved = preparedAdvisory('CVE-1', at('/10/a'));
      const repeated = preparedAdvisory('CVE-1', at('/11/a'));
      const outcome = await runUpdate(store, 'u', [moved, repeated, preparedAdvisory('CVE-2', at('/2/a'))]);
      expect(outcome).toMatchObject({ advisories: { added: 0, removed: 0, unchanged: 2 }, rows: { before: 4, after: 4 } });
      expect(await store.operations()).toEqual(operations);
      const rows = await store.find([ask('openssl'), ask('openssl-doc')]);
      expect(rows.map((row) => row.record.pointer)).toEqual(['/10/a', '/2/a', '/10/a/doc', '/2/a/doc']);
    });

    it('loads an empty feed, and empties a full one', async () => {
      expect(await load()).toEqual({ advisories: { added: 0, removed: 0, unchanged: 0 }, rows: { before: 0, after: 0 } });
      await load(preparedAdvisory('CVE-1', [preparedRow('a')]));
      expect(await load()).toMatchObject({ advisories: { added: 0, removed: 1, unchanged: 0 }, rows: { before: 1, after: 0 } });
      expect(await names(ask('a'))).toEqual([]);
      expect(await store.namespaces()).toEqual([]);
    });

    it('closes only what is of its own updater', async () => {
      await runUpdate(store, 'one', [preparedAdvisory('CVE-1', [preparedRow('a')])]);
      await runUpdate(store, 'two', [preparedAdvisory('CVE-1', [preparedRow('a')])]);
      await runUpdate(store, 'one', []);
      expect((await store.find([ask('a')])).map((row) => row.updater)).toEqual(['two']);
    });

    it('keeps all rows of a part and name that come twice, and counts what is said twice once', async () => {
      const first = preparedAdvisory('CVE-1', [preparedRow('a'), preparedRow('a')]);
      const second = preparedAdvisory('CVE-1', [preparedRow('b')], { part: first.part });
      const outcome = await load(first, second, first);
      expect(outcome).toMatchObject({ advisories: { added: 2 }, rows: { after: 2 } });
      expect(await names(ask('a'), ask('b'))).toEqual(['CVE-1', 'CVE-1']);
      expect(await load(second, first)).toEqual({ advisories: { added: 0, removed: 0, unchanged: 2 }, rows: { before: 2, after: 2 } });
      expect(await load(second)).toMatchObject({ advisories: { added: 0, removed: 1, unchanged: 1 } });
      expect(await names(ask('a'), ask('b'))).toEqual(['CVE-1']);
    });

    it('opens again what was closed before', async () => {
      const advisory = preparedAdvisory('CVE-1', [preparedRow('a')]);
      for (const batch of [[advisory], [], [advisory]]) await load(...batch);
      expect(await names(ask('a'))).toEqual(['CVE-1']);
      expect((await store.diff(0, 3)).added).toHaveLength(1);
      expect(await store.diff(1, 3)).toMatchObject({ added: [{ name: 'CVE-1' }], removed: [{ name: 'CVE-1' }] });
    });

    it('is refused under a lock that was lost, and changes nothing', async () => {
      const lost = await releasedLease(store, 'updater:debian');
      await expect(store.beginUpdate('debian', lost)).rejects.toMatchObject({ code: 'LOCK_LOST' });
      const lease = await store.locker.lock('updater:debian');
      await using session = await store.beginUpdate('debian', lease);
      await session.stage([preparedAdvisory('CVE-1', [preparedRow('a')])]);
      await lease.release();
      await expect(session.commit(commit)).rejects.toMatchObject({ code: 'LOCK_LOST' });
      expect(await names(ask('a'))).toEqual([]);
      expect(await store.operations()).toEqual([]);
    });

    it('cannot be used after its commit or its end', async () => {
      await using lease = await store.locker.lock('updater:debian');
      const session = await store.beginUpdate('debian', lease);
      await session.commit(commit);
      await expect(session.stage([])).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
      await expect(session.commit(commit)).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
      await session[Symbol.asyncDispose]();
      const disposed = await store.beginUpdate('debian', lease);
      await disposed[Symbol.asyncDispose]();
      await expect(disposed.commit(commit)).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
    });

    it('lets two updaters stage at the same time', async () => {
      const leases = [await store.locker.lock('updater:one'), await store.locker.lock('updater:two')] as const;
      const [one, two] = [await store.beginUpdate('one', leases[0]), await store.beginUpdate('two', leases[1])];
      await one.stage([preparedAdvisory('CVE-1', [preparedRow('a')])]);
      await two.stage([preparedAdvisory('CVE-2', [preparedRow('a')])]);
      expect(await two.commit(commit)).toMatchObject({ operation: 1 });
      expect(await one.commit(commit)).toMatchObject({ operation: 2 });
      expect((await store.find([ask('a')])).map((row) => [row.name, row.updater])).toEqual([
        ['CVE-1', 'one'],
        ['CVE-2', 'two'],
      ]);
      for (const closing of [one, two, ...leases]) await closing[Symbol.asyncDispose]();
    });
  });
}
