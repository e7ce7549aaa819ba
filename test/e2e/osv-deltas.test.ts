// A real ecosystem of OSV, first as it stood a while ago, then by its list of changes: the database then holds the very advisories that a load of
// the whole archive gives, and neither the archive nor a record that did not change was asked for.
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLibvuln, openMatcherStore, type DataStoreOptions } from '../../src/defaults/index.ts';
import { createFeedClient } from '../../src/runtime/index.ts';
import { FeedServer, writeZip } from '../../src/testing/index.ts';
import { materialiseOsv, readOsv } from '../support/osv-bucket.ts';
import { freshDatabase } from '../support/postgres.ts';
import { missing, scratchDirectory } from '../support/shared-data.ts';

const ecosystem = 'PyPI';
const updater = 'pypi-osv-updater';
const bucket = `/osv-vulnerabilities.storage.googleapis.com/${ecosystem}/`;

interface RawRecord {
  readonly id: string;
  readonly modified: string;
  readonly details?: string;
}
type Records = ReadonlyMap<string, RawRecord>;

/** As OSV's own server has it; what is the same keeps its tag. */
function publish(server: FeedServer, records: Records): void {
  const newestFirst = [...records.values()].sort((a, b) => Date.parse(b.modified) - Date.parse(a.modified));
  const list = newestFirst.map(({ id, modified }) => `${modified},${id}\n`).join('');
  const written = {
    etag: `"${list.length}-${newestFirst[0]?.modified}"`,
    lastModified: new Date(newestFirst[0]?.modified ?? 0).toUTCString(),
  };
  const files = Array.from(records.values(), (record) => ({ name: `${record.id}.json`, content: JSON.stringify(record) }));
  server.serve(`${bucket}modified_id.csv`, { body: list, ...written });
  server.serve(`${bucket}all.zip`, { body: writeZip(files), ...written });
  for (const { name, content } of files) server.serve(bucket + encodeURIComponent(name), content);
}

async function update(dataStore: DataStoreOptions, mirror: string): Promise<unknown> {
  await using client = createFeedClient({ mirror });
  await using libvuln = await openLibvuln({ ...dataStore, feeds: client, initialUpdate: 'none' });
  const [result] = await libvuln.update({ only: new RegExp(`^${updater}$`) });
  return result?.kind === 'updated' ? result.outcome.advisories : result?.kind;
}

/** Every current advisory, by what it says where the database can be asked for that. */
async function currentIn(dataStore: DataStoreOptions): Promise<readonly string[]> {
  if (dataStore.dataStore === 'sqlite') {
    using database = new DatabaseSync(dataStore.path ?? '', { readOnly: true });
    const rows = database
      .prepare('SELECT part, name, hex(hash) AS hash, hex(place_hash) AS place FROM advisory WHERE removed_op IS NULL')
      .all();
    return rows.map((row) => Object.values(row).join(' ')).sort();
  }
  await using store = await openMatcherStore(dataStore);
  const last = (await store.operations()).at(-1)?.id ?? 0;
  return (await store.diff(0, last, updater)).added.map(({ part, name }) => `${part} ${name}`).sort();
}

const skip = missing('data/osv/PyPI.tar.zst') ?? (process.env['CLAIRCORE_FULL'] === undefined ? 'only in full runs' : undefined);

describe.skipIf(skip !== undefined)(`OSV by what changed${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  it('comes to what the archive holds, in each store', { timeout: 600_000 }, async () => {
    using scratch = scratchDirectory();
    materialiseOsv(scratch.path, ecosystem);
    const all = (readOsv(scratch.path, ecosystem) as readonly RawRecord[]).toSorted(
      (a, b) => Date.parse(b.modified) - Date.parse(a.modified),
    );
    const today = new Map(all.map((record) => [record.id, record]));
    const newest = all.slice(0, 60);
    // A while ago twenty of the newest were not there, the others said something else, and there were three that are gone since.
    const before = new Map(all.slice(60).map((record) => [record.id, record]));
    for (const record of newest.slice(20)) before.set(record.id, { ...record, modified: '2020-01-01T00:00:00Z', details: 'as it was' });
    for (const record of all.slice(-3)) before.set(`${record.id}-gone`, { ...record, id: `${record.id}-gone` });

    await using server = await FeedServer.start();
    await using database = await freshDatabase();
    const stores: readonly DataStoreOptions[] = [
      { dataStore: 'sqlite', path: join(scratch.path, 'deltas.db') },
      { dataStore: 'postgres', connectionString: database.connectionString },
    ];
    publish(server, before);
    for (const store of stores) await update(store, server.url);
    publish(server, today);
    for (const store of stores) {
      server.requests.splice(0);
      expect(await update(store, server.url)).toMatchObject({ unchanged: expect.any(Number) as unknown });
      const asked = server.requests.flatMap(({ path }) => (path.startsWith(bucket) ? [path.slice(bucket.length)] : []));
      expect(asked[0]).toBe('modified_id.csv');
      expect(asked).not.toContain('all.zip');
      expect(asked.slice(1, 61).sort()).toEqual(newest.map(({ id }) => `${encodeURIComponent(id)}.json`).sort());
      expect(await update(store, server.url)).toBe('unchanged');
    }
    const whole: DataStoreOptions = { dataStore: 'sqlite', path: join(scratch.path, 'whole.db') };
    await update(whole, server.url);
    const expected = await currentIn(whole);
    expect(expected.length).toBeGreaterThan(10_000);
    for (const store of stores) {
      const isSqlite = store.dataStore === 'sqlite';
      expect(await currentIn(store)).toEqual(isSqlite ? expected : expected.map((line) => line.split(' ').slice(0, 2).join(' ')).sort());
    }
  });
});
