import { beforeEach, describe, expect, it } from 'vitest';
import type { MatcherStore } from '../contracts/index.ts';
import { operationRef, Sha256 } from '../runtime/index.ts';
import { ask, type StoreBench } from './matcher-store-bench.ts';
import { npmNamespace, preparedAdvisory, preparedRow, releasedLease, runDelta, runUpdate } from './store-fixtures.ts';

const digestOf = (body: string): string => new Sha256().update(body).digest();

/** What an update that tells no more than changes does to a {@link MatcherStore}. One that takes whole feeds alone passes. */
export function matcherStoreDeltaSuite(bench: StoreBench): void {
  const { names, load } = bench;

  describe('a delta', () => {
    let store: MatcherStore;
    beforeEach((context) => {
      store = bench.store;
      if (!store.beginDelta) context.skip();
    });

    const one = preparedAdvisory('CVE-1', [preparedRow('a')]);
    const two = preparedAdvisory('CVE-2', [preparedRow('a')]);
    const other = preparedAdvisory('CVE-1', [preparedRow('b')]);

    it('replaces all of the parts that it mentions, and leaves every other', async () => {
      await load(one, two, other, preparedAdvisory('CVE-3', [preparedRow('c'), preparedRow('d')], { part: 'c' }));
      await runUpdate(store, 'another', [preparedAdvisory('CVE-9', [preparedRow('a')])]);
      const before = await store.find([ask('b')]);
      const changed = preparedAdvisory('CVE-2', [preparedRow('a', { severity: 'high' }), preparedRow('e')]);
      const added = preparedAdvisory('CVE-4', [preparedRow('f')]);
      expect(await runDelta(store, 'debian', { parts: ['a', 'c', 'f', 'nothing'], staged: [changed, added] })).toEqual({
        operation: 3,
        advisories: { added: 2, removed: 3, unchanged: 1 },
        rows: { before: 5, after: 4 },
      });
      const found = await store.find(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ask(name)));
      expect(found.map((row) => [row.query, row.name, row.severity])).toEqual([
        [0, 'CVE-2', 'high'],
        [0, 'CVE-9', 'low'],
        [1, 'CVE-1', 'low'],
        [4, 'CVE-2', 'low'],
        [5, 'CVE-4', 'low'],
      ]);
      expect(found.find((row) => row.query === 1)?.advisory).toBe(before[0]?.advisory);
    });

    it('keeps what a mentioned part says again', async () => {
      await load(one, two);
      const before = (await store.find([ask('a')])).find((row) => row.name === 'CVE-2');
      expect(await runDelta(store, 'debian', { parts: ['a'], staged: [two] })).toMatchObject({
        advisories: { added: 0, removed: 1, unchanged: 1 },
      });
      expect((await store.find([ask('a')])).map((row) => row.advisory)).toEqual([before?.advisory]);
    });

    it('removes a part that it mentions without an advisory', async () => {
      await load(one, other);
      expect(await runDelta(store, 'debian', { parts: ['a'] })).toMatchObject({
        operation: 2,
        advisories: { added: 0, removed: 1, unchanged: 1 },
      });
      expect(await names(ask('a'), ask('b'))).toEqual(['CVE-1']);
    });

    it('replaces all of a name, in whatever parts', async () => {
      await load(one, two, other);
      const renewed = preparedAdvisory('CVE-1', [preparedRow('z')]);
      await runDelta(store, 'debian', { names: ['CVE-1', 'CVE-7'], staged: [renewed] });
      expect((await store.find([ask('a'), ask('b'), ask('z')])).map((row) => [row.query, row.name])).toEqual([
        [0, 'CVE-2'],
        [2, 'CVE-1'],
      ]);
    });

    it('closes the parts that it does not name where it names those that there are', async () => {
      const parts = ['a', 'b', 'c', 'd'].map((part) => preparedAdvisory(`CVE-${part}`, [preparedRow(part)]));
      await load(...parts);
      const changed = preparedAdvisory('CVE-c2', [preparedRow('c')]);
      await runDelta(store, 'debian', { present: ['a', 'new', 'c'], parts: ['c'], staged: [changed] });
      expect(await names(...['a', 'b', 'c', 'd'].map((name) => ask(name)))).toEqual(['CVE-a', 'CVE-c2']);
      await runDelta(store, 'debian', { present: [] });
      expect((await store.status())[0]).toMatchObject({ advisories: 0, rows: 0, namespaces: [] });
    });

    it('makes no operation when it says what is stored, and is no part of what it came of', async () => {
      await load(one, two);
      const [before] = await store.status();
      const outcome = await runDelta(
        store,
        'debian',
        { parts: ['a', 'gone'], staged: [two, one], present: ['a', 'other'] },
        { fingerprint: 'newer', at: '2024-03-03T00:00:00Z' },
      );
      expect(outcome).toEqual({ advisories: { added: 0, removed: 0, unchanged: 2 }, rows: { before: 2, after: 2 } });
      const at = '2024-03-03T00:00:00Z';
      expect(await store.status()).toEqual([{ ...before, fingerprint: 'newer', lastAttempt: at, lastSuccess: at }]);
      expect(await store.operations()).toHaveLength(1);
    });

    it('tells the new place of what only moved', async () => {
      const at = (pointer: string) => preparedAdvisory('CVE-1', [preparedRow('a', { pointer })]);
      await load(at('/1'), other);
      expect(await runDelta(store, 'debian', { parts: ['a'], staged: [at('/2')] }, { body: 'moved' })).not.toHaveProperty('operation');
      expect((await store.find([ask('a')])).map((row) => row.record.pointer)).toEqual(['/2']);
      expect((await store.status())[0]?.bodyDigest).toBe(digestOf('moved'));
    });

    it('is told by status, operations, namespaces and diff', async () => {
      await load(one, two);
      await runDelta(
        store,
        'debian',
        { parts: ['a', 'b'], staged: [two, preparedAdvisory('CVE-5', [preparedRow('b', { namespace: npmNamespace })])] },
        { body: 'delta', fingerprint: 'after', at: '2024-04-04T00:00:00Z' },
      );
      await runDelta(store, 'debian', { parts: ['a'], staged: [two, one] });
      const operations = await store.operations('debian');
      expect(operations.map(({ id, added, removed }) => [id, added, removed])).toEqual([
        [1, 2, 0],
        [2, 1, 1],
        [3, 1, 0],
      ]);
      expect(operations[1]).toMatchObject({ at: '2024-04-04T00:00:00Z', bodyDigest: digestOf('delta') });
      const said = async (from: number, to: number) => {
        const { added, removed } = await store.diff(from, to);
        return [added.map(({ name }) => name), removed.map(({ name }) => name)];
      };
      expect(await said(1, 2)).toEqual([['CVE-5'], ['CVE-1']]);
      expect(await said(2, 3)).toEqual([['CVE-1'], []]);
      expect(await said(1, 3)).toEqual([['CVE-5', 'CVE-1'], ['CVE-1']]);
      const [status] = await store.status();
      expect(status).toMatchObject({ advisories: 3, rows: 3, namespaces: ['debian:12', 'npm'] });
      expect(status?.operation).toBe(operationRef('debian', status?.bodyDigest ?? ''));
      expect((await store.find([ask('a')])).map((row) => row.operation)).toEqual([status?.operation, status?.operation]);
      expect((await store.namespaces()).map(({ key }) => key)).toEqual(['debian:12', 'npm']);
    });

    it.each([
      ['was never loaded', async () => undefined],
      ['was loaded with another fingerprint', () => load(one)],
      ['failed before it was loaded', () => store.recordFailure('debian', '', { code: 'FEED_STATUS', message: '' })],
    ])('is refused where its base %s', async (_what, prepare) => {
      await prepare();
      const before = await store.status();
      await expect(runDelta(store, 'debian', { parts: ['a'] }, { base: 'lost' })).rejects.toMatchObject({ code: 'UPDATE_BASE_LOST' });
      expect(await store.status()).toEqual(before);
    });

    it('is refused at its commit where the base is another by then, and changes nothing', async () => {
      await load(one);
      const [stored] = await store.status();
      const stale = async (updaterVersion: number, disturb: () => Promise<unknown>): Promise<unknown> => {
        await using lease = await store.locker.lock('updater:debian');
        await using session = await store.beginDelta?.('debian', lease, stored?.fingerprint ?? '');
        await session?.mention([{ kind: 'replaced', of: { part: 'a' } }]);
        await session?.stage([two]);
        await disturb();
        return await session?.commit({ fingerprint: 'x', updaterVersion, bodyDigest: digestOf('x'), at: '' });
      };
      await expect(stale(2, async () => undefined)).rejects.toMatchObject({ code: 'UPDATE_BASE_LOST' });
      await expect(stale(1, () => store.recordUnchanged('debian', '2024-01-02T00:00:00Z', 'other'))).rejects.toMatchObject({
        code: 'UPDATE_BASE_LOST',
      });
      expect(await names(ask('a'))).toEqual(['CVE-1']);
      expect(await store.operations()).toHaveLength(1);
    });

    it('leaves no trace when it ends before its commit, or its lock is lost', async () => {
      await load(one);
      const [before] = await store.status();
      const base = before?.fingerprint ?? '';
      const lease = await store.locker.lock('updater:debian');
      const session = await store.beginDelta?.('debian', lease, base);
      await session?.mention([{ kind: 'present', parts: ['b'] }]);
      await session?.stage([two]);
      expect(await names(ask('a'))).toEqual(['CVE-1']);
      await session?.[Symbol.asyncDispose]();
      const next = await store.beginDelta?.('debian', lease, base);
      await next?.mention([{ kind: 'replaced', of: { part: 'a' } }]);
      await lease.release();
      await expect(next?.commit({ fingerprint: 'x', updaterVersion: 1, bodyDigest: digestOf('x'), at: '' })).rejects.toMatchObject({
        code: 'LOCK_LOST',
      });
      await next?.[Symbol.asyncDispose]();
      await expect(store.beginDelta?.('debian', await releasedLease(store, 'updater:debian'), base)).rejects.toMatchObject({
        code: 'LOCK_LOST',
      });
      expect([await store.status(), await names(ask('a'))]).toEqual([[before], ['CVE-1']]);
      await runDelta(store, 'debian', { parts: ['a'], staged: [two] });
      expect(await names(ask('a'))).toEqual(['CVE-2']);
    });

    it('cannot be used after its commit', async () => {
      await load(one);
      await using lease = await store.locker.lock('updater:debian');
      await using session = await store.beginDelta?.('debian', lease, (await store.status())[0]?.fingerprint ?? '');
      await session?.commit({ fingerprint: 'x', updaterVersion: 1, bodyDigest: digestOf('x'), at: '' });
      await expect(session?.mention([])).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
    });

    it.each(['a\0b\uFFFF0\uFFFF', 'it\'s "odd" ünï 🙂', 'x'.repeat(5000), '', '\uD800'])(
      'mentions the part and the name %j',
      async (odd) => {
        const ofPart = preparedAdvisory('CVE-1', [preparedRow('a')], { part: odd });
        const ofName = preparedAdvisory(odd, [preparedRow('b')], { part: 'b' });
        await load(ofPart, ofName, preparedAdvisory('CVE-3', [preparedRow('c')]));
        await runDelta(store, 'debian', { present: [odd, 'b'] });
        expect(await names(ask('a'), ask('b'), ask('c'))).toHaveLength(2);
        await runDelta(store, 'debian', { parts: [odd] });
        expect(await names(ask('a'), ask('b'))).toHaveLength(1);
        await runDelta(store, 'debian', { names: [odd] });
        expect(await names(ask('a'), ask('b'))).toEqual([]);
      },
    );

    it('is kept and thrown away like any other operation', async () => {
      await load(one, other);
      for (const severity of ['low', 'medium', 'high', 'critical']) {
        await runDelta(store, 'debian', { parts: ['a'], staged: [preparedAdvisory('CVE-2', [preparedRow('a', { severity })])] });
      }
      expect((await store.diff(1, 5)).removed.map(({ name }) => name)).toEqual(['CVE-1']);
      expect(await store.collectGarbage(2)).toBe(2);
      expect((await store.operations()).map(({ id }) => id)).toEqual([4, 5]);
      expect((await store.diff(3, 5)).removed.map(({ name }) => name)).toEqual(['CVE-2']);
      expect(await names(ask('a'), ask('b'))).toEqual(['CVE-2', 'CVE-1']);
    });
  });
}
