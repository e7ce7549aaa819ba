import { deepEqual, rejects } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../../test/support/postgres.ts';
import type { MatcherStore, PackageQuery, PreparedAdvisory, UpdaterStatus } from '../contracts/index.ts';
import { debian12, npmNamespace, preparedAdvisory, preparedRow, runDelta, runUpdate, type TestDelta } from '../testing/store-fixtures.ts';
import { MemoryMatcherStore } from '../testing/memory-matcher-store.ts';
import { openSqliteMatcherStore } from './index.ts';
import { openPostgresMatcherStore } from './postgres/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'claircore-deltas-'));
let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await database[Symbol.asyncDispose]();
});

const parts = ['p0', 'p1', 'p2', 'p3', 'p4'];
const names = ['CVE-1', 'CVE-2', 'CVE-3'];
const packages = ['a', 'b', 'c'];

/** What a feed says: of each part and name, in some words, at some place. */
interface Said {
  readonly part: number;
  readonly name: number;
  readonly words: number;
  readonly place: number;
}
type Feed = ReadonlyMap<string, Said>;

const said: fc.Arbitrary<Said> = fc.record({ part: fc.nat(4), name: fc.nat(2), words: fc.nat(3), place: fc.nat(1) });
const isEnd = fc.constantFrom<'commit' | 'dispose'>('commit', 'commit', 'commit', 'dispose');

type Step =
  | { readonly kind: 'whole'; readonly feed: readonly Said[]; readonly end: 'commit' | 'dispose' }
  /** The advisories are as the feed has them from then on; of each part, or each name, that they or `gone` mention. */
  | {
      readonly kind: 'delta';
      readonly by: 'part' | 'name';
      readonly news: readonly Said[];
      readonly gone: readonly number[];
      readonly tellsPresent: boolean;
      readonly end: 'commit' | 'dispose';
    }
  | { readonly kind: 'stale' }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'collect' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('whole' as const), feed: fc.array(said, { maxLength: 8 }), end: isEnd }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('delta' as const),
      by: fc.constantFrom('part' as const, 'name' as const),
      news: fc.array(said, { maxLength: 5 }),
      gone: fc.array(fc.nat(4), { maxLength: 2 }),
      tellsPresent: fc.boolean(),
      end: isEnd,
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ kind: 'stale' }, { kind: 'repeated' }, { kind: 'collect' }) },
);

function advisoryOf({ part, name, words, place }: Said): PreparedAdvisory {
  const namespace = words === 3 ? npmNamespace : debian12;
  const rows = packages
    .slice(0, words + 1)
    .map((of) => preparedRow(of, { namespace, range: { fixed: `${words}` }, pointer: `/${place}/${of}` }));
  return preparedAdvisory(names[name] ?? '', rows, {
    part: parts[part] ?? '',
    description: `in ${words} words`,
    url: `https://example.test/${place}`,
  });
}

/** Where two say one part and name, the last does. */
function feedOf(all: readonly Said[]): Feed {
  return new Map(all.map((each) => [`${each.part} ${each.name}`, each]));
}

/** The feed after a delta, and how a session is told. */
function apply(
  feed: Feed,
  { by, news, gone, tellsPresent }: Extract<Step, { kind: 'delta' }>,
): { readonly after: Feed; readonly delta: TestDelta } {
  const mentioned = new Set([...news.map((each) => each[by]), ...gone]);
  const kept = [...feed.values()].filter((each) => !mentioned.has(each[by]));
  const staged = [...feedOf(news).values()];
  // A part that is not named is gone, whatever it said.
  const present = new Set(parts.filter((_, index) => !gone.includes(index) || staged.some(({ part }) => part === index)));
  const after = [...kept, ...staged].filter(({ part }) => !tellsPresent || present.has(parts[part] ?? ''));
  const selectors = [...mentioned].flatMap((index) => (by === 'part' ? parts[index] : names[index]) ?? []);
  return {
    after: feedOf(after),
    delta: {
      staged: staged.map(advisoryOf),
      ...(by === 'part' ? { parts: selectors } : { names: selectors }),
      ...(tellsPresent && { present: [...present] }),
    },
  };
}

const stagedOf = (feed: Feed): readonly PreparedAdvisory[] => Array.from(feed.values(), advisoryOf);

/** One updater of a store that others use too. */
class Series {
  readonly #store: MatcherStore;
  readonly #updater: string;

  constructor(store: MatcherStore, updater: string) {
    this.#store = store;
    this.#updater = updater;
  }

  /** Gives the feed that the store should hold now. */
  async take(feed: Feed, step: Step, round: number): Promise<Feed> {
    const [store, updater] = [this.#store, this.#updater];
    switch (step.kind) {
      case 'whole': {
        const after = feedOf(step.feed);
        if (step.end === 'dispose') return this.#abandon(feed, { staged: stagedOf(after) });
        await runUpdate(store, updater, stagedOf(after), { body: `whole ${'.'.repeat(round)}` });
        return after;
      }
      case 'delta': {
        const { after, delta } = apply(feed, step);
        if (step.end === 'dispose') return this.#abandon(feed, delta);
        await runDelta(store, updater, delta, { body: `delta ${round}` });
        return after;
      }
      case 'repeated': {
        const before = await store.operations(updater);
        await runDelta(store, updater, { staged: stagedOf(feed), parts, names, present: parts });
        deepEqual(await store.operations(updater), before);
        return feed;
      }
      case 'stale':
        await rejects(runDelta(store, updater, { present: [] }, { base: 'another' }), { code: 'UPDATE_BASE_LOST' });
        return feed;
      case 'collect':
        await store.collectGarbage(2);
        return feed;
    }
  }

  /** As if the process had ended before its commit. */
  async #abandon(feed: Feed, { staged = [], parts: mentioned = [] }: TestDelta): Promise<Feed> {
    await using lease = await this.#store.locker.lock(`updater:${this.#updater}`);
    await using session = await this.#store.beginDelta?.(this.#updater, lease, (await this.#status())?.fingerprint ?? '');
    await session?.mention([{ kind: 'present', parts: [] }, ...mentioned.map((part) => ({ kind: 'replaced' as const, of: { part } }))]);
    await session?.stage(staged);
    return feed;
  }

  /** All that is found, but for what tells of the way there. */
  async content(): Promise<unknown> {
    const found = (await this.#store.find(queries)).filter(({ updater }) => updater === this.#updater);
    const texts = await this.#store.texts(found.map(({ advisory }) => advisory));
    const status = await this.#status();
    return {
      rows: found.map(({ advisory, operation: _, updater: __, ...row }) => ({ ...row, text: texts.get(advisory) })),
      counts: [status?.advisories ?? 0, status?.rows ?? 0, status?.namespaces ?? []],
    };
  }

  /** What came since the beginning and is still there, by the store's own account. */
  async account(): Promise<readonly string[]> {
    const last = (await this.#store.operations()).at(-1)?.id ?? 0;
    return (await this.#store.diff(0, last, this.#updater)).added.map(({ part, name }) => `${part} ${name}`).sort();
  }

  async #status(): Promise<UpdaterStatus | undefined> {
    return (await this.#store.status()).find(({ updater }) => updater === this.#updater);
  }
}

const queries: readonly PackageQuery[] = ['debian:12', 'npm'].flatMap((namespace) =>
  packages.map((name) => ({ namespace, name, kind: 'source' as const })),
);

const runs = (usual: number): number => Math.min(Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? usual), usual * 10);

/** @param open the store, which may be one that others were in before */
async function comesToTheSame(open: () => MatcherStore, numRuns: number): Promise<void> {
  let updaters = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 7 }), async (steps) => {
      const series = new Series(open(), `updater-${(updaters += 1)}`);
      const first: Step = { kind: 'whole', feed: [{ part: 0, name: 0, words: 0, place: 0 }], end: 'commit' };
      let feed: Feed = new Map();
      for (const [round, each] of [first, ...steps].entries()) feed = await series.take(feed, each, round);
      deepEqual(await series.account(), Array.from(feed.values(), ({ part, name }) => `${parts[part]} ${names[name]}`).sort());
      await using fresh = new MemoryMatcherStore();
      const atOnce = new Series(fresh, 'at once');
      await runUpdate(fresh, 'at once', stagedOf(feed));
      deepEqual(await series.content(), await atOnce.content());
    }),
    { numRuns },
  );
}

describe('a series of whole feeds and deltas comes to the feed at its end, loaded at once', () => {
  it('in memory', async () => {
    await expect(comesToTheSame(() => new MemoryMatcherStore(), runs(40))).resolves.toBeUndefined();
  });

  it('in SQLite', async () => {
    await using store = await openSqliteMatcherStore(join(directory, 'vulnerabilities.db'));
    await expect(comesToTheSame(() => store, runs(12))).resolves.toBeUndefined();
  }, 120_000);

  it('in PostgreSQL', async () => {
    await using store = await openPostgresMatcherStore({ connectionString: database.connectionString });
    await expect(comesToTheSame(() => store, runs(5))).resolves.toBeUndefined();
  }, 240_000);
});
