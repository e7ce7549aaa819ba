import { describe, expect, it } from 'vitest';
import type { UpdaterSet } from '../contracts/index.ts';
import { FeedError } from '../core/index.ts';
import { FakeFeedClient } from './fake-feed-client.ts';

export interface UpdaterSetBench {
  readonly set: UpdaterSet;
  /** Namespaces that it speaks of; at least one. */
  readonly namespaces: readonly string[];
}

const nobodys = ['', 'nobody', 'nobody:1', ':', '__proto__', 'x'.repeat(10_000)];

/** What every {@link UpdaterSet} keeps to. */
export function updaterSetSuite(name: string, { set, namespaces }: UpdaterSetBench): void {
  describe(`${name} as a set of updaters`, () => {
    const discover = async (of: readonly string[]): Promise<readonly string[]> =>
      (await set.discover({ client: new FakeFeedClient(), namespaces: of })).map((updater) => updater.name);

    it('has an id and is data', () => {
      expect(set.id).toMatch(/^[a-z0-9][a-z0-9.-]{0,63}$/);
      expect(Object.isFrozen(set)).toBe(true);
    });

    it('expects updaters of what it serves, and of nothing else', () => {
      expect(namespaces.length).toBeGreaterThan(0);
      for (const namespace of namespaces) {
        expect(set.serves(namespace)).toBe(true);
        expect(set.expected(namespace).length).toBeGreaterThan(0);
        expect(set.expected(namespace)).toEqual(set.expected(namespace));
      }
      for (const namespace of nobodys) expect([set.serves(namespace), set.expected(namespace)]).toEqual([false, []]);
    });

    it('makes the updaters that it expects, each once, and each serves its namespace', async () => {
      for (const namespace of namespaces) {
        const updaters = await set.discover({ client: new FakeFeedClient(), namespaces: [namespace] });
        expect(updaters.map((updater) => updater.name)).toEqual(expect.arrayContaining([...set.expected(namespace)]));
        const expected = updaters.filter((updater) => set.expected(namespace).includes(updater.name));
        expect(expected.filter((updater) => !updater.serves(namespace))).toEqual([]);
      }
      const names = await discover(namespaces);
      expect(new Set(names).size).toBe(names.length);
      expect(await discover(nobodys)).toEqual([]);
    });

    it('tells the version of its updaters without asking, or does not tell it', async () => {
      for (const updater of await set.discover({ client: new FakeFeedClient(), namespaces })) {
        expect([updater.version, undefined]).toContain(set.versionOf?.(updater.name));
      }
    });

    it('asked for all, it gives updaters or fails as feeds do', async () => {
      const [result] = await Promise.allSettled([set.discover({ client: new FakeFeedClient() })]);
      if (result?.status === 'rejected') expect(result.reason).toBeInstanceOf(FeedError);
      else expect(Array.isArray(result?.value)).toBe(true);
    });
  });
}
