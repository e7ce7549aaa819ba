import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../../../../test/support/postgres.ts';
import { preparedAdvisory, preparedRow, runUpdate } from '../../../testing/store-fixtures.ts';
import { openPostgresMatcherStore } from './open-postgres-matcher-store.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const open = () => openPostgresMatcherStore({ connectionString: database.connectionString });
const query = { namespace: 'debian:12', name: 'openssl', kind: 'source' as const };

/** How many rows each of the tables holds. */
async function rowCounts(): Promise<unknown> {
  const count = (table: string): string => `(SELECT count(*)::int FROM claircore_matcher.${table}) AS ${table}`;
  const staged = ['package', 'range', 'statement', 'url', 'text', 'advisory', 'affected', 'moved_advisory', 'moved_affected'];
  const [counts] = await database.query(
    `SELECT ${count('affected')}, ${count('closed_affected')}, ${count('version_range')},
       ${staged.map((table) => `(SELECT count(*)::int FROM claircore_matcher.stage_0_${table})`).join(' + ')} AS staged`,
  );
  return counts;
}

describe('rows of an advisory that is closed', () => {
  it('are put away until retention takes them and what they alone used', async () => {
    await using store = await open();
    const advisory = (name: string, fixed: string) => preparedAdvisory(name, [preparedRow('openssl', { range: { fixed } })]);
    await runUpdate(store, 'debian', [advisory('CVE-1', '1'), advisory('CVE-2', '2')]);
    await runUpdate(store, 'debian', [advisory('CVE-2', '2')]);
    expect(await rowCounts()).toEqual({ affected: 1, closed_affected: 1, version_range: 2, staged: 0 });
    expect((await store.find([query])).map((row) => row.name)).toEqual(['CVE-2']);
    await store.collectGarbage(1);
    expect(await rowCounts()).toMatchObject({ closed_affected: 1, version_range: 2 });
    await store.collectGarbage(0);
    expect(await rowCounts()).toEqual({ affected: 1, closed_affected: 0, version_range: 1, staged: 0 });
  });
});

describe('what a process remembers', () => {
  it('does not keep it from seeing that an advisory moved to another document, by whoever else', async () => {
    await using reader = await open();
    await using writer = await open();
    const at = (url: string) => preparedAdvisory('CVE-1', [preparedRow('openssl')], { url });
    const urls = async () => (await reader.find([query])).map((row) => row.record.url);
    await runUpdate(writer, 'debian', [at('https://example.test/old.json')]);
    expect(await urls()).toEqual(['https://example.test/old.json']);
    await runUpdate(writer, 'debian', [at('https://example.test/new.json')]);
    expect(await urls()).toEqual(['https://example.test/new.json']);
    await runUpdate(writer, 'debian', []);
    expect(await urls()).toEqual([]);
  });
});
