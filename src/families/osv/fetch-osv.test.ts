import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Advisory, FeedChange, Fetched, Namespace } from '../../contracts/index.ts';
import { FeedError, type Diagnostic } from '../../core/index.ts';
import { collect, FakeFeedClient, writeZip } from '../../testing/index.ts';
import type { OsvSource } from './index.ts';
import { parseModifiedList } from './modified-list.ts';
import { createOsvUpdater } from './osv-updater.ts';

const bucket = 'https://osv-vulnerabilities.storage.googleapis.com/Example%20Linux';
const archiveUrl = `${bucket}/all.zip`;
const listUrl = `${bucket}/modified_id.csv`;
const namespace: Namespace = { key: 'example:9', scheme: 'rpm' };
const source: OsvSource = {
  bucket: 'Example Linux',
  updater: 'example-osv-updater',
  version: 1,
  serves: (asked) => asked === 'example:9',
  namespaceOf: (ecosystem) => (ecosystem === 'Example Linux:9' ? namespace : undefined),
};
const updater = createOsvUpdater(source);
const hour = 3_600_000;
const start = Date.parse('2025-01-01T00:00:00Z');

interface TestRecord {
  /** Hours since the start. */
  readonly at: number;
  readonly fixed: string;
  readonly withdrawn?: boolean;
}
type Records = Readonly<Record<string, TestRecord>>;

const timeOf = (hours: number): string => new Date(start + hours * hour).toISOString().replace('.000Z', '.123456Z');

function recordOf(id: string, { at, fixed, withdrawn = false }: TestRecord): string {
  const affected = [
    { package: { ecosystem: 'Example Linux:9', name: 'a' }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }] },
  ];
  return JSON.stringify({ id, modified: timeOf(at), affected, ...(withdrawn && { withdrawn: timeOf(at) }) });
}

function listOf(records: Records): string {
  const lines = Object.entries(records).sort(([, a], [, b]) => b.at - a.at);
  return lines.map(([id, { at }]) => `${timeOf(at)},${id}\n`).join('');
}

/** The bucket as its owner has it; what is served of it already keeps its validators where it did not change. */
class Bucket {
  readonly client = new FakeFeedClient();
  readonly #served = new Map<string, string>();

  publish(records: Records): this {
    const files = Object.entries(records).map(([id, record]) => ({ name: `${id}.json`, content: recordOf(id, record) }));
    for (const { name, content } of files) this.#put(`${bucket}/${name}`, content);
    for (const url of this.#served.keys()) {
      if (url.endsWith('.json') && !files.some(({ name }) => url === `${bucket}/${name}`)) this.#put(url, undefined);
    }
    if (this.#served.get(listUrl) !== listOf(records)) this.client.set(archiveUrl, writeZip(files));
    this.#put(listUrl, listOf(records));
    return this;
  }

  #put(url: string, content: string | undefined): void {
    if (this.#served.get(url) === content) return;
    if (content === undefined) this.#served.delete(url);
    else this.#served.set(url, content);
    this.client.set(url, content);
  }

  /** What is asked for from now on. */
  requests(): readonly string[] {
    return this.client.requests.splice(0).map((url) => url.slice(bucket.length + 1));
  }
}

/** Many old records, so that asking for a few pays. */
const many = (count: number): Records =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`OLD-${index}`, { at: -1000 - index, fixed: '1' }]));

const sortedRows = (advisories: readonly Advisory[]): readonly string[] =>
  advisories.map(({ part, rows }) => `${part} ${rows[0]?.range.fixed}`).sort();

/** What a database would hold: parts with what they say. */
class Loaded {
  fingerprint: string | undefined;
  parts = new Map<string, readonly Advisory[]>();
  readonly said: Diagnostic[] = [];
  scope: string | undefined;

  async update(client: FakeFeedClient): Promise<void> {
    const fetched = await updater.fetch(this.fingerprint, { client, ...(this.fingerprint !== undefined && { accept: 'delta' }) });
    this.scope = fetched.kind === 'unchanged' ? 'unchanged' : (fetched.scope ?? 'whole');
    if (fetched.kind === 'unchanged') return;
    if (fetched.scope === 'delta') await this.#applyDelta(fetched);
    else {
      const whole = await collect(updater.parse(fetched.body));
      this.parts = new Map(Map.groupBy(whole, ({ part }) => part));
    }
    this.fingerprint = fetched.fingerprint;
  }

  async #applyDelta({ body }: Extract<Fetched, { kind: 'changed' }>): Promise<void> {
    const changes = await collect<FeedChange>(updater.parseDelta?.(body, { onDiagnostic: (one) => this.said.push(one) }) ?? never());
    const present = new Set(changes.flatMap((change) => (change.kind === 'present' ? change.parts : [])));
    for (const part of this.parts.keys()) if (!present.has(part)) this.parts.delete(part);
    for (const change of changes) {
      if (change.kind !== 'replaced' || !('part' in change.of)) continue;
      if (change.advisories.length > 0) this.parts.set(change.of.part, change.advisories);
      else this.parts.delete(change.of.part);
    }
  }

  get rows(): readonly string[] {
    return sortedRows([...this.parts.values()].flat());
  }
}

async function* never(): AsyncGenerator<never> {
  // An updater without deltas.
}

describe('OSV by its list of changes', () => {
  it('asks for no more than the list while it is the same', async () => {
    const served = new Bucket().publish(many(5));
    const loaded = new Loaded();
    await loaded.update(served.client);
    expect([loaded.scope, served.requests()]).toEqual(['whole', ['modified_id.csv', 'all.zip']]);
    await loaded.update(served.client);
    expect([loaded.scope, served.requests()]).toEqual(['unchanged', ['modified_id.csv']]);
    expect(loaded.rows).toHaveLength(5);
  });

  it('asks for the records that changed, and finds those that are gone', async () => {
    const old = many(200);
    const served = new Bucket().publish({ ...old, 'X-1': { at: 0, fixed: '1' } });
    const loaded = new Loaded();
    await loaded.update(served.client);
    served.requests();
    const { 'OLD-3': _, ...rest } = old;
    const now: Records = { ...rest, 'X-1': { at: 0, fixed: '1' }, 'X-2': { at: 5, fixed: '2' }, 'OLD-7': { at: 6, fixed: '9' } };
    served.publish({ ...now, 'OLD-8': { at: 7, fixed: '1', withdrawn: true } });
    await loaded.update(served.client);
    // What changed just before the last list is asked for again.
    expect([loaded.scope, served.requests()]).toEqual(['delta', ['modified_id.csv', 'OLD-8.json', 'OLD-7.json', 'X-2.json', 'X-1.json']]);
    const { 'OLD-8': __, ...expected } = now;
    expect(loaded.rows).toEqual(
      Object.entries(expected)
        .map(([id, { fixed }]) => `${id} ${fixed}`)
        .sort(),
    );
    expect(loaded.said).toMatchObject([{ code: 'FEED_RECORD_UNUSED', data: { reason: 'withdrawn', records: 1 } }]);
    await loaded.update(served.client);
    expect([loaded.scope, served.requests()]).toEqual(['unchanged', ['modified_id.csv']]);
  });

  it.each<[string, (records: Records) => Records]>([
    [
      'many changed',
      (records) => ({ ...records, ...Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`X-${i}`, { at: 1, fixed: '1' }])) }),
    ],
    ['many vanished', (records) => Object.fromEntries(Object.entries(records).slice(0, 190))],
    [
      'records came with an old date',
      (records) => ({ ...records, 'LATE-1': { at: -900, fixed: '1' }, 'LATE-2': { at: -900, fixed: '1' } }),
    ],
  ])('takes the archive where %s', async (_what, change) => {
    const served = new Bucket().publish({ ...many(199), 'X-0': { at: 0, fixed: '0' } });
    const loaded = new Loaded();
    await loaded.update(served.client);
    const now = change({ ...many(199), 'X-0': { at: 0, fixed: '0' } });
    served.publish(now);
    served.requests();
    await loaded.update(served.client);
    expect([loaded.scope, served.requests()]).toEqual(['whole', ['modified_id.csv', 'all.zip']]);
    expect(loaded.rows).toHaveLength(Object.keys(now).length);
  });

  it('gives the archive to who cannot do with changes', async () => {
    const served = new Bucket().publish(many(100));
    const first = await updater.fetch(undefined, { client: served.client, accept: 'delta' });
    expect(first).not.toHaveProperty('scope');
    served.publish({ ...many(100), 'X-1': { at: 1, fixed: '1' } });
    const fingerprint = first.kind === 'changed' ? first.fingerprint : '';
    const second = await updater.fetch(fingerprint, { client: served.client });
    expect(second.kind === 'changed' && (await collect(updater.parse(second.body)))).toHaveLength(101);
  });

  it.each<[string, (client: FakeFeedClient) => void]>([
    ['is not there', (client) => client.set(listUrl, undefined)],
    ['is refused', (client) => client.fail(listUrl, new FeedError('FEED_STATUS', { status: 403 }))],
    ['is something else', (client) => client.set(listUrl, '<html>welcome</html>')],
    ['has a line that is none', (client) => client.set(listUrl, `modified,id\n${listOf(many(2))}`)],
    ['is empty', (client) => client.set(listUrl, '')],
  ])('goes by the validators of the archive where the list %s', async (_what, spoil) => {
    const served = new Bucket().publish(many(3));
    spoil(served.client);
    const loaded = new Loaded();
    await loaded.update(served.client);
    expect([loaded.scope, loaded.rows.length]).toEqual(['whole', 3]);
    await loaded.update(served.client);
    expect(loaded.scope).toBe('unchanged');
    served.publish(many(4));
    spoil(served.client);
    await loaded.update(served.client);
    expect([loaded.scope, loaded.rows.length]).toEqual(['whole', 4]);
  });

  it.each<[string, string, string | undefined, string]>([
    ['is older than its archive', '', 'Tue, 07 Jan 2025 00:00:00 GMT', 'whole'],
    ['may be older than its archive, for it does not say', '', undefined, 'whole'],
    ['is as old as its archive', '', 'Wed, 01 Jan 2025 03:00:00 GMT', 'unchanged'],
    ['is the same', 'upstream', 'Tue, 07 Jan 2025 00:00:00 GMT', 'unchanged'],
  ])('believes a mirror whose list %s no more than that', async (_what, where, archiveDate, expected) => {
    const served = new Bucket().publish(many(3));
    const dates = new Map([
      [listUrl, 'Wed, 01 Jan 2025 00:00:00 GMT'],
      ...(archiveDate === undefined ? [] : [[archiveUrl, archiveDate] as const]),
    ]);
    const client = Object.assign(new FakeFeedClient(), {
      origin: where === 'upstream' ? '' : 'https://mirror.example/',
      get: async (...[url, request]: Parameters<FakeFeedClient['get']>) => {
        const response = await served.client.get(url, request);
        return response.kind === 'body' ? { ...response, validators: { ...response.validators, lastModified: dates.get(url) } } : response;
      },
    });
    const loaded = new Loaded();
    await loaded.update(client);
    await loaded.update(client);
    expect(loaded.scope).toBe('unchanged');
    // The archive alone is renewed.
    served.client.set(archiveUrl, writeZip([{ name: 'X-1.json', content: recordOf('X-1', { at: 0, fixed: '1' }) }]));
    await loaded.update(client);
    expect([loaded.scope, loaded.rows.length]).toEqual([expected, expected === 'whole' ? 1 : 3]);
    await loaded.update(client);
    expect(loaded.scope).toBe('unchanged');
  });

  it('says that a listed record is not there, and leaves it as it was', async () => {
    const served = new Bucket().publish({ ...many(200), 'X-1': { at: 0, fixed: '1' } });
    const loaded = new Loaded();
    await loaded.update(served.client);
    served.publish({ ...many(200), 'X-1': { at: 4, fixed: '2' } }).client.set(`${bucket}/X-1.json`, undefined);
    await loaded.update(served.client);
    expect(loaded.rows).toContain('X-1 1');
    expect(loaded.said).toMatchObject([{ code: 'FEED_PART_MISSING', data: { part: 'X-1', parts: 1 } }]);
    served.client.set(`${bucket}/X-1.json`, recordOf('X-1', { at: 4, fixed: '2' }));
    served.publish({ ...many(200), 'X-1': { at: 4, fixed: '2' }, 'X-2': { at: 5, fixed: '1' } });
    await loaded.update(served.client);
    expect(loaded.rows).toContain('X-1 2');
  });

  it.each([
    ['no JSON', '{'],
    ['another record', recordOf('OLD-1', { at: 0, fixed: '66' })],
  ])('counts a record that is %s as one that says nothing', async (_what, content) => {
    const served = new Bucket().publish({ ...many(200), 'X-1': { at: 0, fixed: '1' } });
    const loaded = new Loaded();
    await loaded.update(served.client);
    served.publish({ ...many(200), 'X-1': { at: 4, fixed: '2' } }).client.set(`${bucket}/X-1.json`, content);
    await loaded.update(served.client);
    expect(loaded.rows).toEqual(sortedRows([...loaded.parts.values()].flat().filter(({ part }) => part.startsWith('OLD-'))));
    expect(loaded.rows).toContain('OLD-1 1');
    expect(loaded.said).toMatchObject([{ code: 'FEED_RECORD_SKIPPED', data: { reason: 'malformed', first: 'X-1.json' } }]);
  });

  it('is not led by a date that is to come', async () => {
    const served = new Bucket().publish({ ...many(200), FUTURE: { at: 24 * 365 * 50, fixed: '1' } });
    // As a server says when the list was made.
    const dated = {
      get: async (...asked: Parameters<FakeFeedClient['get']>) => {
        const response = await served.client.get(...asked);
        return response.kind === 'body'
          ? { ...response, validators: { ...response.validators, lastModified: 'Wed, 01 Jan 2025 00:00:00 GMT' } }
          : response;
      },
      exists: () => Promise.resolve(true),
    };
    const first = await updater.fetch(undefined, { client: dated });
    served.publish({ ...many(200), FUTURE: { at: 24 * 365 * 50, fixed: '1' }, 'X-1': { at: 1, fixed: '1' } });
    served.requests();
    const second = await updater.fetch(first.kind === 'changed' ? first.fingerprint : '', { client: dated, accept: 'delta' });
    expect(second).toMatchObject({ scope: 'delta' });
    if (second.kind === 'changed') await collect(second.body);
    expect(served.requests()).toEqual(['modified_id.csv', 'FUTURE.json', 'X-1.json']);
  });

  it('fails where a record cannot be had, and where a body is cut', async () => {
    const served = new Bucket().publish(many(200));
    const first = await updater.fetch(undefined, { client: served.client });
    const fingerprint = first.kind === 'changed' ? first.fingerprint : '';
    served.publish({ ...many(200), 'X-1': { at: 1, fixed: '1' } });
    const delta = async () => {
      const fetched = await updater.fetch(fingerprint, { client: served.client, accept: 'delta' });
      return fetched.kind === 'changed' ? fetched.body : never();
    };
    const bytes = Uint8Array.from((await collect(await delta())).flatMap((chunk) => [...chunk]));
    for (let length = 0; length < bytes.length; length += 61) {
      const cut = (async function* () {
        yield bytes.subarray(0, length);
      })();
      await expect(collect(updater.parseDelta?.(cut) ?? never()), `first ${length}`).rejects.toBeInstanceOf(FeedError);
    }
    await expect(collect(updater.parse(await delta()))).rejects.toMatchObject({ code: 'FEED_DELTA' });
    await expect(collect(updater.parseDelta?.(first.kind === 'changed' ? first.body : never()) ?? never())).rejects.toMatchObject({
      code: 'FEED_MALFORMED',
    });
    served.client.fail(`${bucket}/X-1.json`);
    await expect(collect(await delta())).rejects.toMatchObject({ code: 'FEED_UNREACHABLE' });
  });

  it('comes to what the archive holds, whatever changes', async () => {
    const change = fc.record({ id: fc.nat(9), fixed: fc.constantFrom('1', '2', '3'), withdrawn: fc.boolean(), gone: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(change, { maxLength: 4 }), { minLength: 1, maxLength: 6 }), async (series) => {
        const served = new Bucket();
        const loaded = new Loaded();
        let records: Records = many(101);
        for (const [round, changes] of series.entries()) {
          for (const [index, { id, gone, ...said }] of changes.entries()) {
            const { [`X-${id}`]: _, ...others } = records;
            records = gone ? others : { ...others, [`X-${id}`]: { ...said, at: round * 3 + index / 10 } };
          }
          served.publish(records);
          await loaded.update(served.client);
        }
        const whole = new Loaded();
        await whole.update(served.client);
        expect(loaded.rows).toEqual(whole.rows);
      }),
      { numRuns: Math.min(Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 8), 150) },
    );
  }, 120_000);
});

describe('the list of changes', () => {
  it.each<[string, readonly string[] | undefined]>([
    ['', []],
    ['2024-08-15T00:05:00Z,GHSA-1\r\n2024-08-15T00:05:00.123456Z,npm/MAL-2', ['GHSA-1', 'MAL-2']],
    ['2024-08-15T00:05:00+00:00,A\n\n2023-08-15T00:05:00Z,A\n', ['A']],
    ['2024-08-15T00:05:00Z', undefined],
    ['2024-08-15T00:05:00Z,', undefined],
    ['2024-13-15T00:05:00Z,A', undefined],
    ['2024-08-15T00:05:00Z,A,B', undefined],
    ['2024-08-15T00:05:00Z,a/../B', undefined],
    [`2024-08-15T00:05:00Z,${'x'.repeat(201)}`, undefined],
  ])('%j names %j', (text, ids) => {
    expect(parseModifiedList(text)?.map(({ id }) => id)).toEqual(ids);
  });
});
