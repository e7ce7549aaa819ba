import { beforeEach, describe, expect, it } from 'vitest';
import type { MatcherStore } from '../contracts/index.ts';
import { ask, type StoreBench } from './matcher-store-bench.ts';
import { preparedAdvisory, preparedRow } from './store-fixtures.ts';

/** What a {@link MatcherStore} gives back whatever a feed holds, and the texts. */
export function matcherStoreContentSuite(bench: StoreBench): void {
  const { load } = bench;

  describe('find, of what databases trip over', () => {
    let store: MatcherStore;
    beforeEach(() => {
      store = bench.store;
    });

    it.each([
      ['NUL, and what may stand for it', 'a\0b\uFFFF0\uFFFF'],
      ['more than an index takes', Array.from({ length: 4000 }, (_, index) => index.toString(36)).join('-')],
      ['what separates columns', 'a\tb\\N\n\\.\r\n{"x",NULL}'],
    ])('keeps %s', async (_what, odd) => {
      const packageOf = { name: odd, kind: 'source', module: odd, arch: odd, archOperation: 'equals' } as const;
      const rows = [preparedRow(odd, { package: packageOf, range: { introduced: odd, fixed: odd }, pointer: `/${odd}/1`, severity: odd })];
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
    let store: MatcherStore;
    beforeEach(() => {
      store = bench.store;
    });

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
}
