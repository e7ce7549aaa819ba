import { zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Advisory, FeedChange, Fetched } from '../../../contracts/index.ts';
import { FeedError, type Diagnostic } from '../../../core/index.ts';
import { tarEnd, tarEntry } from '../../../formats/tar/index.ts';
import { collect, FakeFeedClient } from '../../../testing/index.ts';
import { rhelVexUpdater } from './updater.ts';
import { vexBaseUrl } from './vex-url.ts';

const archive = 'csaf_vex_2024-08-04.tar.zst';
const start = Date.parse('2024-08-04T00:00:00Z');
const timeOf = (hours: number): string => new Date(start + hours * 3_600_000).toISOString().replace('.000Z', '+00:00');
const pathOf = (number: number): string => `2023/cve-2023-${1000 + number}.json`;
const cveOf = (number: number): string => `CVE-2023-${1000 + number}`;

/** One package, fixed in this version by this erratum. */
function documentOf(cve: string, fixed: string, about = cve): string {
  const url = `https://access.redhat.com/errata/RHSA-2023:${fixed}`;
  const product = { product_id: 'p', product_identification_helper: { cpe: 'cpe:/o:redhat:enterprise_linux:9::baseos' } };
  const component = { product_id: 'c', product_identification_helper: { purl: `pkg:rpm/redhat/demo@${fixed}-1?arch=x86_64` } };
  return JSON.stringify({
    document: { tracking: { id: cve, status: 'final' } },
    product_tree: {
      branches: [{ product }, { product: component }],
      relationships: [
        {
          category: 'default_component_of',
          full_product_name: { product_id: 'p:c' },
          product_reference: 'c',
          relates_to_product_reference: 'p',
        },
      ],
    },
    vulnerabilities: [
      { cve: about, product_status: { fixed: ['p:c'] }, remediations: [{ category: 'vendor_fix', product_ids: ['p:c'], url }] },
    ],
  });
}

interface State {
  /** By number: version of its fix, and the hour of its last change. */
  readonly documents: ReadonlyMap<number, { readonly fixed: number; readonly at: number }>;
  /** By number: the hour. */
  readonly deleted: ReadonlyMap<number, number>;
}

/** Red Hat's server. The archive is of the first state; later ones are told by the lists. */
class Server {
  readonly client = new FakeFeedClient();
  readonly #served = new Map<string, string>();

  async archive(numbers: readonly number[], name = archive): Promise<this> {
    const chunks: Uint8Array[] = [];
    for (const number of numbers) {
      const bytes = new TextEncoder().encode(documentOf(cveOf(number), '1'));
      chunks.push(
        ...(await collect(tarEntry({ path: pathOf(number), type: 'file', size: bytes.length }, [bytes]))).map((chunk) => chunk.slice()),
      );
    }
    this.client.set(`${vexBaseUrl}archive_latest.txt`, name);
    this.client.set(vexBaseUrl + name, zstdCompressSync(Buffer.concat([...chunks, tarEnd()])));
    return this;
  }

  publish({ documents, deleted }: State): this {
    const line = ([number, at]: readonly [number, number]): string => `"${pathOf(number)}","${timeOf(at)}"\n`;
    const newestFirst = (a: readonly [number, number], b: readonly [number, number]): number => b[1] - a[1];
    const changes = Array.from(documents, ([number, { at }]) => [number, at] as const).sort(newestFirst);
    for (const [number, { fixed }] of documents) this.put(pathOf(number), documentOf(cveOf(number), String(fixed)));
    for (const number of deleted.keys()) if (!documents.has(number)) this.put(pathOf(number), undefined);
    this.put('changes.csv', changes.map(line).join(''));
    this.put('deletions.csv', [...deleted].sort(newestFirst).map(line).join(''));
    return this;
  }

  put(name: string, content: string | undefined): this {
    if (this.#served.get(name) === content && content !== undefined) return this;
    if (content === undefined) this.#served.delete(name);
    else this.#served.set(name, content);
    this.client.set(vexBaseUrl + name, content);
    return this;
  }

  /** Since it was last asked for them. */
  requests(): readonly string[] {
    return this.client.requests.splice(0).map((url) => url.slice(vexBaseUrl.length));
  }
}

async function* changesOf(body: AsyncIterable<Uint8Array>, said: Diagnostic[] = []): AsyncGenerator<FeedChange> {
  yield* rhelVexUpdater.parseDelta?.(body, { onDiagnostic: (one) => said.push(one) }) ?? [];
}

/** What a database would hold. */
class Loaded {
  fingerprint: string | undefined;
  advisories: readonly Advisory[] = [];
  scope = '';
  readonly said: Diagnostic[] = [];

  async update(client: FakeFeedClient): Promise<void> {
    const fetched = await rhelVexUpdater.fetch(this.fingerprint, { client, ...(this.fingerprint !== undefined && { accept: 'delta' }) });
    this.scope = fetched.kind === 'unchanged' ? 'unchanged' : (fetched.scope ?? 'whole');
    if (fetched.kind === 'unchanged') return;
    if (fetched.scope === 'delta') for await (const change of this.#changes(fetched)) this.#apply(change);
    else this.advisories = await collect(rhelVexUpdater.parse(fetched.body));
    this.fingerprint = fetched.fingerprint;
  }

  get fixes(): readonly string[] {
    return this.advisories.map(({ name, part, rows }) => `${name} ${part} ${rows[0]?.range.fixed}`).sort();
  }

  async *#changes({ body }: Extract<Fetched, { kind: 'changed' }>): AsyncGenerator<FeedChange> {
    yield* changesOf(body, this.said);
  }

  #apply(change: FeedChange): void {
    if (change.kind !== 'replaced' || !('name' in change.of)) throw new Error('not told by names');
    const { name } = change.of;
    this.advisories = [...this.advisories.filter((advisory) => advisory.name !== name), ...change.advisories];
  }
}

const first: State = {
  documents: new Map([
    [1, { fixed: 1, at: -50 }],
    [2, { fixed: 1, at: -40 }],
    [3, { fixed: 1, at: -30 }],
  ]),
  deleted: new Map(),
};
const fixOf = (number: number, fixed: number): string => `${cveOf(number)} RHSA-2023:${fixed} 0:${fixed}-1`;

async function opened(): Promise<{ server: Server; loaded: Loaded }> {
  const server = (await new Server().archive([1, 2, 3])).publish(first);
  const loaded = new Loaded();
  await loaded.update(server.client);
  server.requests();
  return { server, loaded };
}

describe('VEX by its lists', () => {
  it('asks for no more than the lists while they are the same', async () => {
    const { server, loaded } = await opened();
    expect([loaded.scope, loaded.fixes]).toEqual(['whole', [1, 2, 3].map((number) => fixOf(number, 1))]);
    await loaded.update(server.client);
    expect([loaded.scope, server.requests()]).toEqual(['unchanged', ['changes.csv', 'deletions.csv']]);
    // A newer archive has nothing that the lists do not tell.
    await server.archive([1, 2, 3], 'csaf_vex_2024-08-05.tar.zst');
    await loaded.update(server.client);
    expect(loaded.scope).toBe('unchanged');
  });

  it('asks for the documents that changed, and leaves out those that were deleted', async () => {
    const { server, loaded } = await opened();
    const documents = new Map([
      [1, { fixed: 2, at: 5 }],
      [3, { fixed: 1, at: -30 }],
      [4, { fixed: 7, at: 6 }],
    ]);
    server.publish({ documents, deleted: new Map([[2, 4]]) });
    await loaded.update(server.client);
    // What changed just before the last list is asked for again.
    expect([loaded.scope, server.requests()]).toEqual(['delta', ['changes.csv', 'deletions.csv', pathOf(4), pathOf(1), pathOf(3)]]);
    expect(loaded.fixes).toEqual([fixOf(1, 2), fixOf(3, 1), fixOf(4, 7)]);
    await loaded.update(server.client);
    expect([loaded.scope, server.requests()]).toEqual(['unchanged', ['changes.csv', 'deletions.csv']]);
    const deleted = new Map([
      [2, 4],
      [4, 20],
    ]);
    server.publish({ documents: new Map([...documents].filter(([number]) => number !== 4)), deleted });
    await loaded.update(server.client);
    expect([loaded.scope, loaded.fixes]).toEqual(['delta', [fixOf(1, 2), fixOf(3, 1)]]);
  });

  it('has a document again that was changed after it was deleted', async () => {
    const { server, loaded } = await opened();
    const deleted = new Map([[2, 4]]);
    server.publish({ documents: new Map([...first.documents].filter(([number]) => number !== 2)), deleted });
    await loaded.update(server.client);
    expect(loaded.fixes).toEqual([fixOf(1, 1), fixOf(3, 1)]);
    server.publish({ documents: new Map([...first.documents, [2, { fixed: 5, at: 9 }]]), deleted });
    await loaded.update(server.client);
    expect([loaded.scope, loaded.fixes]).toEqual(['delta', [fixOf(1, 1), fixOf(2, 5), fixOf(3, 1)]]);
    const whole = new Loaded();
    await whole.update(server.client);
    expect(whole.fixes).toEqual(loaded.fixes);
  });

  it('takes the archive where a deletion was taken back', async () => {
    const { server, loaded } = await opened();
    server.publish({ documents: first.documents, deleted: new Map([[2, 4]]) });
    await loaded.update(server.client);
    expect(loaded.fixes).toHaveLength(2);
    server.publish(first);
    await loaded.update(server.client);
    expect([loaded.scope, loaded.fixes.length]).toEqual(['whole', 3]);
  });

  it('takes the archive where more documents changed than it is worth asking for', async () => {
    const { server, loaded } = await opened();
    const lines = Array.from({ length: 2001 }, (_, index) => `"2024/cve-2024-${10_000 + index}.json","${timeOf(3)}"\n`);
    server.put('changes.csv', lines.join(''));
    await loaded.update(server.client);
    expect(loaded.scope).toBe('whole');
    server.requests();
    await loaded.update(server.client);
    expect([loaded.scope, server.requests()]).toEqual(['unchanged', ['changes.csv', 'deletions.csv']]);
  });

  it.each(['changes.csv', 'deletions.csv'])('goes on where %s is not there', async (name) => {
    const server = (await new Server().archive([1, 2, 3])).publish(first).put(name, undefined);
    const loaded = new Loaded();
    await loaded.update(server.client);
    await loaded.update(server.client);
    expect([loaded.scope, loaded.fixes.length]).toEqual(['unchanged', 3]);
    await server.archive([1, 2, 3, 4], 'csaf_vex_2024-08-05.tar.zst');
    server.publish({ documents: new Map([...first.documents, [4, { fixed: 1, at: 8 }]]), deleted: new Map() }).put(name, undefined);
    await loaded.update(server.client);
    expect([loaded.scope, loaded.fixes.length]).toEqual([name === 'changes.csv' ? 'whole' : 'delta', 4]);
  });

  it('leaves a document as it was that is listed and not there, and none of one that cannot be read', async () => {
    const { server, loaded } = await opened();
    const documents = new Map([
      [1, { fixed: 2, at: 5 }],
      [2, { fixed: 2, at: 6 }],
      [3, { fixed: 2, at: 7 }],
      [4, { fixed: 2, at: 8 }],
    ]);
    server.publish({ documents, deleted: new Map() });
    server
      .put(pathOf(1), undefined)
      .put(pathOf(2), '{')
      .put(pathOf(4), documentOf(cveOf(4), '3', 'CVE-2023-1003'));
    await loaded.update(server.client);
    expect([loaded.scope, loaded.fixes]).toEqual(['delta', [fixOf(1, 1), fixOf(3, 2)]]);
    expect(loaded.said).toMatchObject([{ code: 'FEED_RECORD_SKIPPED', data: { records: 2, first: '/2023~1cve-2023-1004.json' } }]);
  });

  it('tells by itself that a body is no whole feed, and where it is cut', async () => {
    const { server, loaded } = await opened();
    server.publish({ documents: new Map([[1, { fixed: 2, at: 5 }]]), deleted: new Map([[2, 4]]) });
    const delta = async (): Promise<AsyncIterable<Uint8Array>> => {
      const fetched = await rhelVexUpdater.fetch(loaded.fingerprint, { client: server.client, accept: 'delta' });
      if (fetched.kind !== 'changed') throw new Error('nothing changed');
      return fetched.body;
    };
    await expect(collect(rhelVexUpdater.parse(await delta()))).rejects.toMatchObject({ code: 'FEED_DELTA' });
    const bytes = Uint8Array.from((await collect(await delta())).flatMap((chunk) => [...chunk]));
    for (let length = 0; length < bytes.length; length += 37) {
      const cut = (async function* () {
        yield bytes.subarray(0, length);
      })();
      await expect(collect(changesOf(cut)), `first ${length}`).rejects.toBeInstanceOf(FeedError);
    }
    server.client.fail(vexBaseUrl + pathOf(1));
    await expect(collect(await delta())).rejects.toMatchObject({ code: 'FEED_UNREACHABLE' });
  });

  it('comes to what a whole load gives, whatever changes', async () => {
    const change = fc.record({ number: fc.nat(6), fixed: fc.integer({ min: 2, max: 5 }), isDeleted: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(change, { maxLength: 3 }), { minLength: 1, maxLength: 6 }), async (series) => {
        const { server, loaded } = await opened();
        let state = first;
        for (const [round, changes] of series.entries()) {
          for (const [index, { number, fixed, isDeleted }] of changes.entries()) {
            const at = 1 + round * 5 + index / 10;
            const [documents, deleted] = [new Map(state.documents), new Map(state.deleted)];
            if (isDeleted) deleted.set(number, at);
            else documents.set(number, { fixed, at });
            if (isDeleted) documents.delete(number);
            state = { documents, deleted };
          }
          await loaded.update(server.publish(state).client);
        }
        const whole = new Loaded();
        await whole.update(server.client);
        expect(loaded.fixes).toEqual(whole.fixes);
        expect(whole.fixes).toEqual([...state.documents].map(([number, { fixed }]) => fixOf(number, fixed)).sort());
      }),
      { numRuns: Math.min(Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 12), 300) },
    );
  }, 120_000);
});
