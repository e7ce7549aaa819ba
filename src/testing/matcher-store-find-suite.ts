import { beforeEach, describe, expect, it } from 'vitest';
import type { MatcherStore } from '../contracts/index.ts';
import { ask, type StoreBench } from './matcher-store-bench.ts';
import { npmNamespace, openEnd, preparedAdvisory, preparedRow } from './store-fixtures.ts';

/** What a {@link MatcherStore} finds. */
export function matcherStoreFindSuite(bench: StoreBench): void {
  const { names, load } = bench;

  describe('find', () => {
    let store: MatcherStore;
    beforeEach(() => {
      store = bench.store;
    });

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
      expect(await Promise.all([inside(0x0f, 0xff), inside(0x10), inside(0x10, 0), inside(0x7f, 0xff)])).toEqual([false, true, true, true]);
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
}
