import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyDatabase, freshDatabase, type FreshDatabase } from '../../test/support/postgres.ts';
import type { MatcherStore, PackageQuery, PreparedAdvisory, PreparedRow } from '../contracts/index.ts';
import { StoreError } from '../core/index.ts';
import { debian12, npmNamespace, preparedAdvisory, runDelta, runUpdate, type TestDelta } from '../testing/store-fixtures.ts';
import { openSqliteMatcherStore } from './index.ts';
import { openPostgresMatcherStore } from './postgres/index.ts';

let database: FreshDatabase;
const directory = mkdtempSync(join(tmpdir(), 'claircore-same-answers-'));
let files = 0;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await database[Symbol.asyncDispose]();
});

/** What feeds may hold, and databases trip over: separators, NUL, escapes, half a surrogate pair, more than an index takes. */
const words = [
  'a',
  'A',
  'b',
  'ä',
  'Z',
  '',
  '1.0-1',
  '\t\\N\n',
  '\'"{},NULL',
  'x\0y',
  '\uFFFF',
  '\uFFFF0',
  '\uD800',
  '🙂',
  'long '.repeat(900),
];
const word = fc.constantFrom(...words);
const packageName = fc.constantFrom('a', 'b', 'B', 'x\0y', 'long '.repeat(900));
/** Some that differ only where an index would not take them any more. */
const longKey = (...end: readonly number[]): Uint8Array => Uint8Array.from([1, ...new Uint8Array(4000), ...end]);
const key = fc.oneof(
  { weight: 4, arbitrary: fc.uint8Array({ maxLength: 2, max: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(longKey(), longKey(1), longKey(2), longKey(2, 3)) },
);

const row: fc.Arbitrary<PreparedRow> = fc.record({
  namespace: fc.constantFrom(debian12, npmNamespace, { ...npmNamespace, scheme: 'other', distribution: { did: 'x\0' } }),
  package: fc.record({
    name: packageName,
    kind: fc.constantFrom('source' as const, 'binary' as const),
    module: fc.constantFrom('', 'm:\0'),
    arch: fc.constantFrom('', 'amd64'),
    archOperation: fc.constantFrom('' as const, 'equals' as const),
  }),
  range: fc.record({ introduced: word, fixed: word, lastAffected: word }, { requiredKeys: [] }),
  keys: fc.record({ lo: key, hi: fc.oneof(key, fc.constant(Uint8Array.of(0xff))), exact: fc.boolean() }),
  status: fc.constantFrom('affected' as const, 'not_affected' as const, 'undetermined' as const),
  fixState: fc.constantFrom('fixed' as const, 'not-fixed' as const),
  severity: word,
  normalizedSeverity: fc.constantFrom('Low' as const, 'Unknown' as const),
  pointer: fc.array(fc.oneof(word, packageName, fc.nat().map(String)), { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
});

const name = fc.constantFrom('CVE-1', 'CVE-2', 'CVE-10', 'ä', 'x\0y');
const advisory: fc.Arbitrary<PreparedAdvisory> = fc
  .record({
    name,
    rows: fc.array(row, { maxLength: 4 }),
    part: word,
    description: word,
    links: fc.array(word, { maxLength: 2 }),
    aliases: fc.array(word, { maxLength: 2 }),
    issued: word,
    url: word.map((text) => `https://example.test/${text}/CVE-1`),
  })
  .map(({ name, rows, ...more }) => preparedAdvisory(name, rows, more));

type Step =
  | { readonly kind: 'load'; readonly updater: string; readonly chosen: readonly number[]; readonly isLarge: boolean }
  | {
      readonly kind: 'delta';
      readonly updater: string;
      readonly chosen: readonly number[];
      readonly mentioned: readonly string[];
      readonly by: keyof TestDelta;
    }
  | { readonly kind: 'fail' | 'unchanged'; readonly updater: string; readonly word: string }
  | { readonly kind: 'collect'; readonly keep: number };

const updater = fc.constantFrom('debian', 'ä updater');
/** What is small is merged in another way than what is staged bit by bit. */
const isLarge = fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
const ballast = preparedAdvisory('ballast', [], { issued: 'x'.repeat(4.5 * 1024 * 1024) });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('load' as const), updater, chosen: fc.array(fc.nat(11), { maxLength: 12 }), isLarge }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('delta' as const),
      updater,
      chosen: fc.array(fc.nat(11), { maxLength: 6 }),
      mentioned: fc.array(fc.oneof(word, name), { maxLength: 4 }),
      by: fc.constantFrom('parts' as const, 'names' as const, 'present' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('fail' as const, 'unchanged' as const), updater, word }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('collect' as const), keep: fc.nat(2) }) },
);

async function take(store: MatcherStore, step: Step, advisories: readonly PreparedAdvisory[]): Promise<unknown> {
  switch (step.kind) {
    case 'load':
      return runUpdate(store, step.updater, [
        ...step.chosen.flatMap((index) => advisories[index] ?? []),
        ...(step.isLarge ? [ballast] : []),
      ]);
    case 'delta': {
      // What has no base is refused by both.
      const delta = { staged: step.chosen.flatMap((index) => advisories[index] ?? []), [step.by]: step.mentioned };
      return runDelta(store, step.updater, delta).catch((error: unknown) =>
        error instanceof StoreError ? error.code : Promise.reject(error as Error),
      );
    }
    case 'fail':
      return store.recordFailure(step.updater, step.word, { code: 'FEED_STATUS', message: step.word });
    case 'unchanged':
      return store.recordUnchanged(step.updater, step.word, step.word);
    case 'collect':
      return store.collectGarbage(step.keep);
  }
}

const queries: readonly PackageQuery[] = ['debian:12', 'npm', 'none'].flatMap((namespace) =>
  ['a', 'b', 'B', 'x\0y', 'long '.repeat(900), ''].flatMap((name) =>
    (['source', 'binary'] as const).flatMap((kind) => [
      { namespace, name, kind },
      ...[[], [0], [1, 2], [3], [0xfe], longKey(1), longKey(2, 0)].map((bytes) => ({ namespace, name, kind, key: Uint8Array.from(bytes) })),
    ]),
  ),
);

/** All that a store can be asked. */
async function answers(store: MatcherStore): Promise<unknown> {
  const found = await store.find(queries);
  const operations = await store.operations();
  const last = operations.at(-1)?.id ?? 0;
  return {
    found,
    texts: [...(await store.texts(found.map((row) => row.advisory)))].sort(([a], [b]) => a - b),
    namespaces: await store.namespaces(),
    status: await store.status(),
    operations,
    ofOne: await store.operations('ä updater'),
    diffs: [await store.diff(0, last), await store.diff(Math.floor(last / 2), last), await store.diff(0, last, 'debian')],
  };
}

describe('a matcher store in PostgreSQL', () => {
  it('gives the very answers that one in SQLite gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(advisory, { minLength: 12, maxLength: 12 }),
        fc.array(step, { minLength: 1, maxLength: 5 }),
        async (advisories, steps) => {
          await emptyDatabase(database);
          await using sqlite = await openSqliteMatcherStore(join(directory, `${(files += 1)}.db`));
          await using postgres = await openPostgresMatcherStore({ connectionString: database.connectionString });
          for (const step of steps) {
            expect(await take(postgres, step, advisories)).toEqual(await take(sqlite, step, advisories));
          }
          const [ours, theirs] = [await answers(postgres), await answers(sqlite)];
          expect(ours).toEqual(theirs);
          expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs));
        },
      ),
      { numRuns: Math.min(Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 10), 200) },
    );
  }, 600_000);
});
