import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MatcherStore, PackageQuery, PreparedAdvisory } from '../contracts/index.ts';
import { operationRef, Sha256 } from '../runtime/index.ts';
import { debian12, npmNamespace, openEnd, preparedAdvisory, preparedRow, releasedLease, runUpdate } from './store-fixtures.ts';

const commit = { fingerprint: '"1"', updaterVersion: 3, bodyDigest: new Sha256().update('body').digest(), at: '2024-01-01T00:00:00Z' };

function ask(name: string, key?: number, more: Partial<PackageQuery> = {}): PackageQuery {
  return { namespace: 'debian:12', name, kind: 'source', ...(key !== undefined && { key: Uint8Array.of(key) }), ...more };
}

/** What every {@link MatcherStore} keeps to. `open` gives an empty store. */
export function matcherStoreSuite(name: string, open: () => Promise<MatcherStore>): void {
  describe(`${name} as a matcher store`, () => {
    let store: MatcherStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store[Symbol.asyncDispose]());

    const names = async (...queries: PackageQuery[]): Promise<readonly string[]> => (await store.find(queries)).map((row) => row.name);
    const load = (...advisories: PreparedAdvisory[]) => runUpdate(store, 'debian', advisories);

    describe('find', () => {
      it('finds nothing in an empty store', async () => {
        expect(await store.find([ask('openssl'), ask('openssl', 1)])).toEqual([]);
        expect(await store.find([])).toEqual([]);
        expect(await store.namespaces()).toEqual([]);
        expect(await store.status()).toEqual([]);
      });

      it('gives back all that a row says', async () => {
        const pointer = '/openssl/CVE-2023-0286/releases/1.0/12/007/~1x/amd64';
        const rows = [
          preparedRow('openssl', {
            namespace: npmNamespace,
            package: { name: 'openssl', kind: 'binary', module: 'm:1', arch: 'amd64|arm64', archOperation: 'pattern match' },
            range: { introduced: '1.0', lastAffected: '2.0' },
            keys: { lo: Uint8Array.of(1), hi: Uint8Array.of(2, 0), exact: true },
            status: 'undetermined',
            fixState: 'will-not-fix',
            severity: 'unimportant',
            normalizedSeverity: 'Negligible',
            pointer,
          }),
        ];
        const more = { part: 'part', aliases: ['GHSA-1', 'DSA-2'], url: 'https://example.test/CVE-2023-0286.json?x=1.0' };
        const advisory = preparedAdvisory('CVE-2023-0286', rows, more);
        await load(advisory);
        const [found, ...others] = await store.find([ask('openssl', 1, { namespace: 'npm', kind: 'binary' })]);
        expect(others).toEqual([]);
        expect(found).toEqual({
          query: 0,
          advisory: found?.advisory,
          updater: 'debian',
          operation: (await store.status())[0]?.operation,
          part: 'part',
          name: 'CVE-2023-0286',
          aliases: ['GHSA-1', 'DSA-2'],
          issued: advisory.issued,
          record: { url: more.url, pointer },
          namespace: 'npm',
          package: rows[0]?.package,
          range: { introduced: '1.0', lastAffected: '2.0' },
          exact: true,
          status: 'undetermined',
          fixState: 'will-not-fix',
          severity: 'unimportant',
          normalizedSeverity: 'Negligible',
        });
      });

      it('takes the lower end in and the upper end out, compared as bytes', async () => {
        const row = preparedRow('openssl', { keys: { lo: Uint8Array.of(0x10), hi: Uint8Array.of(0x80, 0), exact: true } });
        await load(preparedAdvisory('CVE-1', [row]));
        const inside = async (...key: number[]): Promise<boolean> =>
          (await names(ask('openssl', 0, { key: Uint8Array.from(key) }))).length === 1;
        expect(await Promise.all([inside(0x0f, 0xff), inside(0x10), inside(0x10, 0), inside(0x7f, 0xff)])).toEqual([
          false,
          true,
          true,
          true,
        ]);
        expect(await Promise.all([inside(0x80), inside(0x80, 0), inside(0x80, 0, 0), inside(0xfe), inside()])).toEqual([
          true,
          false,
          false,
          false,
          false,
        ]);
      });

      it('knows ranges without ends', async () => {
        const everything = preparedRow('openssl', { range: {}, keys: { lo: new Uint8Array(), hi: openEnd, exact: true } });
        await load(preparedAdvisory('CVE-1', [everything]));
        const keys = [[], [0], [0xfe, 0xff, 0xff], [1, 2, 3]].map((key) => ask('openssl', 0, { key: Uint8Array.from(key) }));
        expect((await store.find(keys)).map((row) => row.query)).toEqual([0, 1, 2, 3]);
        expect((await store.find(keys))[0]?.range).toEqual({});
      });

      it('gives every current row where no key is asked, and inexact ones whatever the key', async () => {
        const inexact = preparedRow('openssl', { keys: { lo: Uint8Array.of(9), hi: Uint8Array.of(9), exact: false } });
        const exact = preparedRow('openssl', { keys: { lo: Uint8Array.of(9), hi: Uint8Array.of(10), exact: true } });
        await load(preparedAdvisory('CVE-1', [exact]), preparedAdvisory('CVE-2', [inexact]));
        expect(await names(ask('openssl'))).toEqual(['CVE-1', 'CVE-2']);
        expect(await names(ask('openssl', 1))).toEqual(['CVE-2']);
        expect((await store.find([ask('openssl', 1)]))[0]?.exact).toBe(false);
      });

      it('asks by namespace, name and kind', async () => {
        const binary = { name: 'openssl', kind: 'binary', module: '', arch: '', archOperation: '' } as const;
        await load(
          preparedAdvisory('CVE-1', [preparedRow('openssl')]),
          preparedAdvisory('CVE-2', [preparedRow('openssl', { package: binary })]),
          preparedAdvisory('CVE-3', [preparedRow('openssl', { namespace: npmNamespace })]),
          preparedAdvisory('CVE-4', [
            preparedRow('openssl', { package: { ...binary, kind: 'source', module: 'm', arch: 'x', archOperation: 'equals' } }),
          ]),
        );
        expect(await names(ask('openssl', 1))).toEqual(['CVE-1', 'CVE-4']);
        expect(await names(ask('openssl', 1, { kind: 'binary' }))).toEqual(['CVE-2']);
        expect(await names(ask('openssl', 1, { namespace: 'npm' }))).toEqual(['CVE-3']);
        expect(await names(ask('OpenSSL', 1), ask('openssl', 1, { namespace: 'debian:1' }), ask('', 1))).toEqual([]);
      });

      it('sorts by query, name, part, advisory', async () => {
        const rows = [preparedRow('a'), preparedRow('b')];
        await load(
          preparedAdvisory('CVE-2', rows, { part: 'y' }),
          preparedAdvisory('CVE-2', rows, { part: 'x' }),
          preparedAdvisory('CVE-10', rows, { part: 'z' }),
        );
        const found = await store.find([ask('b'), ask('a', 1), ask('b')]);
        const order = [
          ['CVE-10', 'z'],
          ['CVE-2', 'x'],
          ['CVE-2', 'y'],
        ];
        expect(found.map((row) => [row.query, row.name, row.part])).toEqual(
          [0, 1, 2].flatMap((query) => order.map((rest) => [query, ...rest])),
        );
        expect(found.map((row) => row.package.name).join('')).toBe('bbbaaabbb');
      });

      it('keeps what is odd', async () => {
        const odd = `it's "odd" \u0001\u0002\u001F {1} % ünï 🙂 \uFEFF`;
        const packageOf = { name: odd, kind: 'source', module: odd, arch: odd, archOperation: 'equals' } as const;
        const row = preparedRow(odd, {
          package: packageOf,
          range: { introduced: '', fixed: odd },
          pointer: `/${odd}/01/1/\u0001`,
          severity: odd,
        });
        const texts = { part: odd, description: odd, links: ['', odd], aliases: [odd], issued: odd, url: odd };
        await load(preparedAdvisory(odd, [row], texts));
        const [found] = await store.find([ask(odd, 1)]);
        expect(found).toMatchObject({
          name: odd,
          part: odd,
          aliases: [odd],
          issued: odd,
          severity: odd,
          package: packageOf,
          range: row.range,
        });
        expect(found?.record).toEqual({ url: odd, pointer: row.pointer });
        expect((await store.texts([found?.advisory ?? 0])).get(found?.advisory ?? 0)).toEqual({ description: odd, links: ['', odd] });
      });
    });

    describe('find, of what databases trip over', () => {
      it.each([
        ['NUL, and what may stand for it', 'a\0b\uFFFF0\uFFFF'],
        ['more than an index takes', Array.from({ length: 4000 }, (_, index) => index.toString(36)).join('-')],
        ['what separates columns', 'a\tb\\N\n\\.\r\n{"x",NULL}'],
      ])('keeps %s', async (_what, odd) => {
        const packageOf = { name: odd, kind: 'source', module: odd, arch: odd, archOperation: 'equals' } as const;
        const rows = [
          preparedRow(odd, { package: packageOf, range: { introduced: odd, fixed: odd }, pointer: `/${odd}/1`, severity: odd }),
        ];
        await load(preparedAdvisory(odd, rows, { part: odd, description: odd, links: [odd], aliases: [odd], issued: odd, url: odd }));
        const [found, ...others] = await store.find([ask(odd, 1), ask(`${odd} `, 1)]);
        expect(others).toEqual([]);
        expect(found).toMatchObject({ name: odd, part: odd, aliases: [odd], issued: odd, severity: odd, package: packageOf });
        expect(found).toMatchObject({ range: { introduced: odd, fixed: odd }, record: { url: odd, pointer: `/${odd}/1` } });
        expect([...(await store.texts([found?.advisory ?? 0])).values()]).toEqual([{ description: odd, links: [odd] }]);
      });

      it('keeps pointers that are all numbers', async () => {
        const pointer = `/${Array.from({ length: 3000 }, (_, index) => index).join('/')}`;
        await load(preparedAdvisory('CVE-1', [preparedRow('a', { pointer })]));
        expect((await store.find([ask('a')]))[0]?.record.pointer).toBe(pointer);
      });
    });

    describe('texts', () => {
      it('are given by advisory, also empty ones, and only where there is one', async () => {
        const many = Array.from({ length: 200 }, (_, index) =>
          preparedAdvisory(`CVE-${index}`, [preparedRow('a')], { description: `${index} `.repeat(99) }),
        );
        await load(...many, preparedAdvisory('CVE-none', [preparedRow('b')], { description: '', links: [] }));
        const found = await store.find([ask('a'), ask('b')]);
        const texts = await store.texts([...found.map((row) => row.advisory), 1_000_000, -1]);
        expect(texts.size).toBe(201);
        for (const row of found) {
          const advisory = many.find(({ name }) => name === row.name);
          expect(texts.get(row.advisory)).toEqual({ description: advisory?.description ?? '', links: advisory?.links ?? [] });
        }
        expect(await store.texts([])).toEqual(new Map());
      });
    });

    describe('update', () => {
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

    describe('namespaces', () => {
      it('are those of current rows, with the facts last said, sorted by key', async () => {
        await load(preparedAdvisory('CVE-1', [preparedRow('a', { namespace: npmNamespace }), preparedRow('b')]));
        expect(await store.namespaces()).toEqual([debian12, npmNamespace]);
        const renamed = { ...debian12, distribution: { did: 'debian' } };
        await load(preparedAdvisory('CVE-2', [preparedRow('a', { namespace: renamed })]));
        expect(await store.namespaces()).toEqual([renamed]);
      });
    });

    describe('status', () => {
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

    describe('retention', () => {
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

    it('closes twice, and is of no use then', async () => {
      await store[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await expect(store.find([])).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
      await expect(store.beginUpdate('debian', { key: 'updater:debian', fence: 1 })).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
      await expect(store.recordUnchanged('debian', '')).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
    });
  });
}
