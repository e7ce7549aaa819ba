import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { MatcherStore, PreparedAdvisory } from '../../../contracts/index.ts';
import { MemoryMatcherStore } from '../../../testing/memory-matcher-store.ts';
import { preparedAdvisory, preparedRow, runUpdate } from '../../../testing/store-fixtures.ts';
import { openSqliteMatcherStore } from '../../index.ts';
import { matcherSchema } from '../migrations/matcher.ts';

const numRuns = Math.ceil(Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100) / 5);
const directory = mkdtempSync(join(tmpdir(), 'claircore-upkeep-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let files = 0;
const newPath = (): string => join(directory, `${(files += 1)}.db`);

/** An advisory like no other, whose text hardly packs. */
function advisory(number: number, packages: readonly string[] = [`package-${number}`]): PreparedAdvisory {
  const description = Array.from({ length: 40 }, (_, word) => ((number * 7919 + word * 104_729) % 1_000_003).toString(36)).join(' ');
  const rows = packages.map((name) => preparedRow(name, { range: { fixed: `1.${number}` }, severity: `severity ${number % 50}` }));
  return preparedAdvisory(`CVE-${number}`, rows, { description, url: `https://example.test/${number % 20}.json` });
}

function advisories(from: number, count: number): readonly PreparedAdvisory[] {
  return Array.from({ length: count }, (_, index) => advisory(from + index));
}

/** Of the file and its log. */
function bytes(path: string): number {
  return statSync(path).size + statSync(`${path}-wal`).size;
}

/** Rows of each table that others share. */
function shared(path: string): Readonly<Record<string, number>> {
  using database = new DatabaseSync(path, { readOnly: true });
  const count = (table: string): number => Number(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count']);
  return Object.fromEntries(
    ['package', 'range', 'statement', 'url', 'text', 'namespace', 'update_operation'].map((table) => [table, count(table)]),
  );
}

/** All that is current of a package, with its texts. */
async function content(store: MatcherStore, names: readonly string[]): Promise<readonly string[]> {
  const rows = await store.find(names.map((name) => ({ namespace: 'debian:12', name, kind: 'source' as const })));
  const texts = await store.texts(rows.map((row) => row.advisory));
  return rows.map(({ name, package: of, range, severity, record, advisory: id }) =>
    JSON.stringify([name, of.name, range.fixed, severity, record, texts.get(id)]),
  );
}

describe('upkeep', () => {
  it('keeps a file from growing without end, however much comes and goes', async () => {
    const path = newPath();
    await using store = await openSqliteMatcherStore(path);
    const [count, changed, kept] = [400, 80, 3];
    const sizes: number[] = [];
    let current = advisories(0, count);
    for (let update = 1; update <= 50; update += 1) {
      // Others each time, spread over the feed.
      const step = count / changed;
      current = current.map((one, index) => (index % step === update % step ? advisory(update * count + index) : one));
      await runUpdate(store, 'feed', current);
      await store.collectGarbage(kept);
      sizes.push(bytes(path));
    }
    const alive = count + kept * changed;
    const tables = shared(path);
    // A sweep waits until a tenth was deleted.
    for (const table of ['package', 'range']) expect(tables[table]).toBeLessThanOrEqual(alive + 2 * changed);
    expect(tables['update_operation']).toBe(kept);
    expect(Math.max(...sizes.slice(25))).toBeLessThanOrEqual(Math.max(...sizes.slice(0, 25)));
    const names = current.flatMap(({ rows }) => rows.map((row) => row.package.name));
    await using naive = new MemoryMatcherStore();
    await runUpdate(naive, 'feed', current);
    expect(await content(store, names)).toEqual(await content(naive, names));
  });

  it('gives back the room of a feed that went', async () => {
    const path = newPath();
    await using store = await openSqliteMatcherStore(path);
    await runUpdate(store, 'large', advisories(0, 8000));
    await runUpdate(store, 'small', advisories(0, 100));
    await store.collectGarbage(1);
    const before = bytes(path);
    await runUpdate(store, 'large', []);
    await runUpdate(store, 'large', advisories(20_000, 1));
    await store.collectGarbage(1);
    expect(bytes(path)).toBeLessThan(before / 5);
    expect(shared(path)).toMatchObject({ package: 101, range: 101, statement: 50, url: 20, update_operation: 2 });
    expect(await content(store, ['package-7'])).toEqual([expect.stringContaining('CVE-7')]);
  });

  it('leaves nothing of what is gone altogether', async () => {
    const path = newPath();
    await using store = await openSqliteMatcherStore(path);
    await runUpdate(store, 'feed', advisories(0, 50));
    await runUpdate(store, 'feed', []);
    expect(await store.collectGarbage(0)).toBe(50);
    expect(shared(path)).toEqual({ package: 0, range: 0, statement: 0, url: 0, text: 0, namespace: 0, update_operation: 1 });
  });

  it('changes nothing of what is there, whenever it runs', async () => {
    const names = ['a', 'b', 'c'];
    const feed = fc.array(fc.tuple(fc.nat(30), fc.subarray(names)), { maxLength: 20 });
    const steps = fc.array(fc.tuple(feed, fc.constantFrom('one', 'two'), fc.option(fc.nat(2), { nil: undefined })), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(steps, async (updates) => {
        const path = newPath();
        {
          await using store = await openSqliteMatcherStore(path);
          await using naive = new MemoryMatcherStore();
          for (const [numbers, updater, keep] of updates) {
            const batch = numbers.map(([number, packages]) => advisory(number, packages));
            for (const one of [store, naive]) await runUpdate(one, updater, batch);
            if (keep !== undefined) expect(await store.collectGarbage(keep)).toBe(await naive.collectGarbage(keep));
            expect((await content(store, names)).toSorted()).toEqual((await content(naive, names)).toSorted());
            expect(await store.operations()).toEqual(await naive.operations());
            expect(await store.namespaces()).toEqual(await naive.namespaces());
          }
        }
        rmSync(path);
      }),
      { numRuns },
    );
  });
});

it('brings a file of the first version up to date', async () => {
  const path = newPath();
  {
    using database = new DatabaseSync(path);
    database.exec(`${matcherSchema.migrations[0]}; PRAGMA application_id = ${matcherSchema.applicationId}; PRAGMA user_version = 1`);
  }
  await using store = await openSqliteMatcherStore(path);
  await runUpdate(store, 'feed', advisories(0, 3));
  await runUpdate(store, 'feed', []);
  expect(await store.collectGarbage(0)).toBe(3);
});
