import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { AffectedRow, MatcherStore, PackageQuery, PreparedAdvisory } from '../../../contracts/index.ts';
import { MemoryMatcherStore } from '../../../testing/memory-matcher-store.ts';
import { npmNamespace, preparedAdvisory, preparedRow, runUpdate } from '../../../testing/store-fixtures.ts';
import { openSqliteMatcherStore } from '../../index.ts';

const numRuns = Math.ceil(Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100) / 5);
const directory = mkdtempSync(join(tmpdir(), 'claircore-history-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let files = 0;

const names = ['CVE-1', 'CVE-2', 'CVE-3'];
const packages = ['a', 'b'];
const row = fc
  .record({
    name: fc.constantFrom(...packages),
    severity: fc.constantFrom('low', 'high'),
    hi: fc.nat(4),
    npm: fc.boolean(),
    exact: fc.boolean(),
  })
  .map(({ name, severity, hi, npm, exact }) =>
    preparedRow(name, {
      severity,
      ...(npm && { namespace: npmNamespace }),
      range: { fixed: `1.${hi}` },
      keys: { lo: new Uint8Array(), hi: Uint8Array.of(hi), exact },
    }),
  );
const advisory = fc
  .record({
    name: fc.constantFrom(...names),
    part: fc.constantFrom('', 'x'),
    rows: fc.array(row, { maxLength: 3 }),
    text: fc.constantFrom('', 'said'),
  })
  .map(({ name, part, rows, text }) => preparedAdvisory(name, rows, { part, description: text, links: [] }));
const step = fc.record({
  updater: fc.constantFrom('one', 'two'),
  advisories: fc.array(advisory, { maxLength: 5 }),
  isCommitted: fc.integer({ min: 0, max: 4 }).map((number) => number > 0),
});

const queries: readonly PackageQuery[] = ['debian:12', 'npm'].flatMap((namespace) =>
  packages.flatMap((name) =>
    [undefined, 0, 2].map((key) => ({ namespace, name, kind: 'source' as const, ...(key !== undefined && { key: Uint8Array.of(key) }) })),
  ),
);

/** What a set of advisories says, without the ids that each store gives. */
async function content(store: MatcherStore): Promise<readonly string[]> {
  const rows = await store.find(queries);
  const texts = await store.texts(rows.map((found) => found.advisory));
  return rows.map(({ advisory: id, ...rest }: AffectedRow) => JSON.stringify([rest, texts.get(id)], sortedKeys)).sort();
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function abandon(store: MatcherStore, updater: string, advisories: readonly PreparedAdvisory[]): Promise<void> {
  await using lease = await store.locker.lock(`updater:${updater}`);
  await using session = await store.beginUpdate(updater, lease);
  await session.stage(advisories);
}

/** The ids that are current. */
async function currentIds(store: MatcherStore, until: number): Promise<ReadonlySet<number>> {
  return new Set((await store.diff(0, until)).added.map(({ id }) => id));
}

it('any sequence of updates leaves what a naive store holds, and diffs are differences of sets', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      await using stored = await openSqliteMatcherStore(join(directory, `${(files += 1)}.db`));
      await using naive = new MemoryMatcherStore();
      const history: ReadonlySet<number>[] = [new Set()];
      for (const { updater, advisories, isCommitted } of steps) {
        if (isCommitted) {
          const outcome = await runUpdate(stored, updater, advisories);
          expect(outcome).toEqual(await runUpdate(naive, updater, advisories));
          if (outcome.operation !== undefined) history[outcome.operation] = await currentIds(stored, outcome.operation);
        } else {
          await abandon(stored, updater, advisories);
          await abandon(naive, updater, advisories);
        }
        expect(await content(stored)).toEqual(await content(naive));
        expect(await stored.status()).toEqual(await naive.status());
        expect(await stored.namespaces()).toEqual(await naive.namespaces());
      }
      for (const [from, before] of history.entries()) {
        for (const [to, after] of history.entries().filter(([operation]) => operation >= from)) {
          const diff = await stored.diff(from, to);
          expect(new Set(diff.added.map(({ id }) => id))).toEqual(after.difference(before));
          expect(new Set(diff.removed.map(({ id }) => id))).toEqual(before.difference(after));
        }
      }
      expect(await stored.collectGarbage(1)).toBe(await naive.collectGarbage(1));
      expect(await content(stored)).toEqual(await content(naive));
      expect(await stored.collectGarbage(0)).toBe(await naive.collectGarbage(0));
      expect(await content(stored)).toEqual(await content(naive));
    }),
    { numRuns },
  );
});
