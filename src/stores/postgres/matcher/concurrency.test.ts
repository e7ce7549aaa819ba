import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../../../../test/support/postgres.ts';
import type { MatcherStore, PreparedAdvisory, UpdateOutcome } from '../../../contracts/index.ts';
import { npmNamespace, preparedAdvisory, preparedRow, runUpdate } from '../../../testing/store-fixtures.ts';
import { openPostgresMatcherStore } from './open-postgres-matcher-store.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
// Sessions count from 1.
beforeEach(() => database.query('DROP SCHEMA IF EXISTS claircore_matcher CASCADE'));
afterAll(() => database[Symbol.asyncDispose]());

const open = (): Promise<MatcherStore> => openPostgresMatcherStore({ connectionString: database.connectionString });
const commit = { fingerprint: '', updaterVersion: 1, bodyDigest: 'sha256:1', at: '2024-01-01T00:00:00Z' };
const packages = 60;

/** One advisory a package, each of which says the generation; the rows share all they can with those of other updaters. */
function feed(generation: number, order: 1 | -1 = 1): readonly PreparedAdvisory[] {
  const advisories = Array.from({ length: packages }, (_, index) =>
    preparedAdvisory(`CVE-${index}`, [
      preparedRow(`package-${index}`, { severity: `generation ${generation}`, range: { fixed: `${generation}.${index}` } }),
    ]),
  );
  return order === 1 ? advisories : advisories.toReversed();
}

/** Without rows, and so large that what came so far is sent to tables of the session's own. */
function ballast(generation: number): PreparedAdvisory {
  return preparedAdvisory('ballast', [], { issued: String(generation).repeat(4.5 * 1024 * 1024) });
}

const queries = Array.from({ length: packages }, (_, index) => ({
  namespace: 'debian:12',
  name: `package-${index}`,
  kind: 'source' as const,
}));

/** Tables of sessions of their own. */
async function stageTables(): Promise<readonly string[]> {
  const rows = await database.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'claircore_matcher' AND tablename LIKE 'stage%' AND tablename NOT LIKE 'stage_0_%' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** Where each table of the schema has been written to, as far as the server counts: the number of rows that were ever put, changed or removed. */
async function contents(): Promise<unknown> {
  const tables = [
    'package',
    'version_range',
    'statement',
    'url',
    'text_block',
    'advisory',
    'affected',
    'closed_affected',
    'update_operation',
    'matcher_state',
  ];
  const counts = tables.map(
    (table) => `(SELECT json_agg(t ORDER BY t::text) FROM (SELECT xmin, ctid, * FROM claircore_matcher.${table}) AS t) AS ${table}`,
  );
  return database.query(`SELECT ${counts.join(', ')}`);
}

describe('updates at the same time', () => {
  it('of many updaters that share all their packages, in whatever order, all succeed and get numbers of their own', async () => {
    await using one = await open();
    await using other = await open();
    for (let generation = 1; generation <= 3; generation += 1) {
      const running = Array.from({ length: 6 }, (_, index) =>
        runUpdate(index % 2 === 0 ? one : other, `updater-${index}`, [
          ...feed(generation, index % 2 === 0 ? 1 : -1),
          ...(index < 2 ? [ballast(generation)] : []),
        ]),
      );
      const outcomes = await Promise.all(running);
      const numbers = outcomes.map(({ operation }) => operation ?? 0).sort((a, b) => a - b);
      expect(numbers).toEqual([1, 2, 3, 4, 5, 6].map((number) => number + 6 * (generation - 1)));
    }
    const rows = await one.find(queries);
    expect(rows).toHaveLength(6 * packages);
    expect(new Set(rows.map((row) => row.severity))).toEqual(new Set(['generation 3']));
    // Interned once, whoever came first.
    expect(await database.query('SELECT count(*)::int AS packages FROM claircore_matcher.package')).toEqual([{ packages }]);
    expect(await stageTables()).toEqual([]);
  });

  it('show readers one whole set or the next, never a mixture, and never keep them waiting', async () => {
    await using writer = await open();
    await using reader = await open();
    const writing = (async (): Promise<readonly UpdateOutcome[]> => {
      const outcomes: UpdateOutcome[] = [];
      for (let generation = 1; generation <= 12; generation += 1) outcomes.push(await runUpdate(writer, 'debian', feed(generation)));
      return outcomes;
    })();
    const seen = new Set<string>();
    for (let rows = await reader.find(queries); rows[0]?.severity !== 'generation 12'; rows = await reader.find(queries)) {
      const generations = new Set(rows.map((row) => row.severity));
      expect(generations.size).toBeLessThanOrEqual(1);
      expect([0, packages]).toContain(rows.length);
      const [status] = await reader.status();
      expect([0, packages]).toContain(status?.rows ?? 0);
      for (const generation of generations) seen.add(generation);
    }
    expect((await writing).map(({ operation }) => operation)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect(seen.size).toBeGreaterThan(1);
    expect((await reader.find(queries))[0]?.severity).toBe('generation 12');
  });

  it('run beside retention, which leaves nothing that a row needs out', async () => {
    await using store = await open();
    const collecting = (async () => {
      for (let round = 0; round < 8; round += 1) await store.collectGarbage(1);
    })();
    const loading = ['one', 'two'].map(async (updater) => {
      for (let generation = 1; generation <= 6; generation += 1) {
        await runUpdate(store, updater, [...feed(generation), ...(updater === 'two' ? [ballast(generation)] : [])]);
      }
    });
    await Promise.all([collecting, ...loading]);
    await store.collectGarbage(1);
    expect(await store.find(queries)).toHaveLength(2 * packages);
    expect(await database.query('SELECT count(*)::int AS ranges FROM claircore_matcher.version_range')).toEqual([{ ranges: 2 * packages }]);
  });
});

describe('two processes with one store', () => {
  it('see each other’s commits: rows, namespaces and their facts, status', async () => {
    await using one = await open();
    await using other = await open();
    await runUpdate(one, 'debian', [preparedAdvisory('CVE-1', [preparedRow('a')])]);
    for (const store of [one, other]) expect((await store.namespaces()).map(({ key }) => key)).toEqual(['debian:12']);
    await runUpdate(other, 'npm', [preparedAdvisory('CVE-2', [preparedRow('a', { namespace: npmNamespace })])]);
    expect((await one.namespaces()).map(({ key }) => key)).toEqual(['debian:12', 'npm']);
    const renamed = { ...npmNamespace, repository: { name: 'npm', uri: 'https://packages.example' } };
    await runUpdate(other, 'npm', [preparedAdvisory('CVE-3', [preparedRow('a', { namespace: renamed })])]);
    expect((await one.namespaces())[1]).toEqual(renamed);
    expect((await one.status()).map(({ updater }) => updater)).toEqual(['debian', 'npm']);
    await runUpdate(one, 'npm', []);
    expect((await other.namespaces()).map(({ key }) => key)).toEqual(['debian:12']);
  });
});

describe('an update', () => {
  it('that brings nothing new writes nothing but the status', async () => {
    await using store = await open();
    await runUpdate(store, 'debian', [...feed(1), ballast(1)]);
    const before = await contents();
    await runUpdate(store, 'debian', [ballast(1), ...feed(1, -1)], { at: '2024-02-02T00:00:00Z' });
    expect(await contents()).toEqual(before);
    expect(await store.status()).toMatchObject([{ lastSuccess: '2024-02-02T00:00:00Z' }]);
    const [session] = await database.query<{ called: boolean; last: string }>(
      'SELECT is_called AS called, last_value AS last FROM claircore_matcher.update_session_id_seq',
    );
    expect(session).toEqual({ called: true, last: '1' });
  });

  it('of a process that was killed leaves tables that are dropped when its updater begins again, and no others', async () => {
    await using killed = await open();
    const large = { description: 'x'.repeat(1000), links: [], issued: 'y'.repeat(6 * 1024 * 1024) };
    const leases = await Promise.all(['debian', 'alpine'].map((updater) => killed.locker.lock(`updater:${updater}`)));
    const sessions = await Promise.all(
      ['debian', 'alpine'].map((updater, index) => killed.beginUpdate(updater, leases[index] ?? { key: '', fence: 0 })),
    );
    for (const session of sessions) await session.stage([preparedAdvisory('CVE-1', [preparedRow('a')], large)]);
    expect(await stageTables()).toHaveLength(20);
    // As if its lease had run out.
    await database.query(`UPDATE claircore_matcher.lease SET owner = NULL WHERE key = 'updater:debian'`);
    await using store = await open();
    await using lease = await store.locker.lock('updater:debian');
    await using session = await store.beginUpdate('debian', lease);
    expect((await stageTables()).every((name) => name.startsWith('stage_2_'))).toBe(true);
    expect(await stageTables()).toHaveLength(10);
    // Whoever comes back to life can do nothing any more.
    await expect(sessions[0]?.commit(commit)).rejects.toMatchObject({ name: expect.stringContaining('Error') as string });
    await session.stage([preparedAdvisory('CVE-2', [preparedRow('a')])]);
    await session.commit(commit);
    expect((await store.find([{ namespace: 'debian:12', name: 'a', kind: 'source' }])).map((row) => row.name)).toEqual(['CVE-2']);
    await sessions[1]?.[Symbol.asyncDispose]();
    await session[Symbol.asyncDispose]();
    expect(await stageTables()).toEqual([]);
  });

  it('cannot be committed once somebody else took its lock, and keeps those who want it waiting while it commits', async () => {
    await using store = await open();
    await using lease = await store.locker.lock('updater:debian');
    await using session = await store.beginUpdate('debian', lease);
    await session.stage(feed(1));
    await database.query(`UPDATE claircore_matcher.lease SET owner = 'somebody else', fence = fence + 1`);
    await expect(session.commit(commit)).rejects.toMatchObject({ code: 'LOCK_LOST' });
    expect(await store.find(queries)).toEqual([]);
    expect(await store.status()).toEqual([]);
  });

  it('keeps what it staged when its connections break', async () => {
    await using store = await open();
    await using lease = await store.locker.lock('updater:debian');
    await using session = await store.beginUpdate('debian', lease);
    const large = feed(1).map((advisory) => ({ ...advisory, issued: 'x'.repeat(200_000) }));
    for (let at = 0; at < packages; at += 20) {
      await session.stage(large.slice(at, at + 20));
      await database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
    }
    expect(await session.commit(commit)).toMatchObject({ operation: 1, advisories: { added: packages }, rows: { after: packages } });
    const rows = await store.find(queries);
    expect(rows).toHaveLength(packages);
    expect(rows.every((row) => row.issued.length === 200_000)).toBe(true);
  });
});
