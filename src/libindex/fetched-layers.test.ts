import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LayerFetcher } from '../contracts/index.ts';
import type { Layer } from '../core/index.ts';
import { createLayerEngine, createLayerFetcher } from '../image/index.ts';
import { BlobServer } from '../testing/blob-server.ts';
import { compress } from '../testing/compress.ts';
import { openFakeIndex, placesOf, type FakeIndex } from '../testing/fake-ecosystem-index.ts';
import { tarOf } from '../testing/fake-layer-engine-tar.ts';
import type { FakeLayer } from '../testing/fake-layer-engine.ts';
import { FakeLayerFetcher } from '../testing/fake-layer-fetcher.ts';

let server: BlobServer;
let fetcher: LayerFetcher;
let bench: FakeIndex;

beforeEach(async () => {
  server = await BlobServer.start();
  fetcher = createLayerFetcher({ http: { allowedHosts: [server.host], environment: {}, retry: { baseDelay: 1 } } });
  bench = await openFakeIndex({ engine: createLayerEngine(), fetcher });
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  await fetcher[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

function serve(entries: FakeLayer): Layer & { readonly path: string } {
  return server.add(compress(tarOf(entries), 'gzip'));
}

async function untilIdle(path: string): Promise<void> {
  for (let waits = 0; server.running(path) > 0 && waits < 200; waits += 1) await new Promise((resolve) => void setTimeout(resolve, 5));
  expect(server.running(path)).toBe(0);
}

describe('layers that are fetched', () => {
  it('each blob once, for fifty calls about five images that share layers', async () => {
    const layers = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => serve({ [`app/${name}.pkg`]: `${name} 1` }));
    const images = [0, 1, 2, 3, 4].map((first) => layers.slice(first, first + 3));
    const held = server.hold(layers[2]?.path ?? '');
    const calls = Array.from({ length: 50 }, (_, index) => bench.index(images[index % 5] ?? []));
    await held.arrived;
    held.release();
    const reports = await Promise.all(calls);
    expect(new Set(reports.map(({ state }) => state))).toEqual(new Set(['IndexFinished']));
    expect(layers.map(({ path }) => server.count(path))).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(placesOf(reports[4] ?? fail(), images[4] ?? [])).toEqual([
      'e 1 @ app/e.pkg in 0',
      'f 1 @ app/f.pkg in 1',
      'g 1 @ app/g.pkg in 2',
    ]);
  });

  it('once too where every caller has credentials of its own', async () => {
    const layer = serve({ 'app/a.pkg': 'a 1' });
    const calls = Array.from({ length: 10 }, (_, index) => bench.index([{ ...layer, headers: { authorization: [`Bearer ${index}`] } }]));
    for (const report of await Promise.all(calls)) expect(report.state).toBe('IndexFinished');
    expect(server.count(layer.path)).toBe(1);
  });

  it("one caller's credentials that are refused are not another's", async () => {
    const layer = serve({ 'app/a.pkg': 'a 1' });
    server.script(layer.path, { kind: 'status', status: 401 });
    const reports = await Promise.all(
      ['expired', 'fresh'].map((token) => bench.index([{ ...layer, headers: { authorization: [`Bearer ${token}`] } }])),
    );
    expect(reports.map(({ state, errCode }) => [state, errCode])).toEqual([
      ['IndexError', 'LAYER_DENIED'],
      ['IndexFinished', undefined],
    ]);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer expired', 'Bearer fresh']);
  });

  it('a failure is told with host and path, without query and headers; a later call does what is missing', async () => {
    const layer = serve({ 'app/a.pkg': 'a 1' });
    const asked = { ...layer, uri: `${layer.uri}?token=hidden`, headers: { 'x-secret': ['hidden'] } };
    server.script(layer.path, { kind: 'status', status: 404 });
    const failed = await bench.index([asked]);
    expect([failed.state, failed.errCode]).toEqual(['IndexError', 'LAYER_NOT_FOUND']);
    expect(failed.err).toContain(`host ${server.host}, path ${layer.path}`);
    expect(JSON.stringify(failed)).not.toContain('hidden');
    expect((await bench.index([asked])).state).toBe('IndexFinished');
  });

  it('a caller that leaves in the middle does not stop the others; the last one out stops the transfer', async () => {
    const layer = serve({ 'app/a.pkg': 'a 1' });
    const held = server.hold(layer.path);
    const [leaver, last] = [new AbortController(), new AbortController()];
    const calls = [leaver, last].map(({ signal }) => bench.index([layer], { signal }));
    const settled = Promise.allSettled(calls);
    await held.arrived;
    leaver.abort();
    await expect(calls[0]).rejects.toMatchObject({ code: 'ABORTED' });
    expect(server.running(layer.path)).toBe(1);
    last.abort();
    await settled;
    await untilIdle(layer.path);
    held.release();
    expect((await bench.index([layer])).state).toBe('IndexFinished');
    expect(server.count(layer.path)).toBe(2);
  });

  it('what a layer brings itself comes before its address', async () => {
    const served = serve({ 'app/a.pkg': 'a 1' });
    const content = fetcher.content(served);
    const layer: Layer = { ...served, uri: `${server.url}/none`, ...(content && { content }) };
    expect((await bench.index([layer])).state).toBe('IndexFinished');
  });

  it('a layer with neither content nor address is one without content', async () => {
    const { digest } = serve({});
    expect((await bench.index([{ digest }])).errCode).toBe('LAYER_CONTENT_MISSING');
  });
});

describe('openLayer of a Libindex', () => {
  it('opens what its fetcher gets', async () => {
    const fake = new FakeLayerFetcher();
    await using index = await openFakeIndex({ fetcher: fake });
    const layer = fake.serve({ 'etc/os-release': 'ID=test' });
    await using opened = await index.libindex.openLayer(layer);
    expect(new TextDecoder().decode((await opened.files(['/etc/os-release'])).get('etc/os-release'))).toBe('ID=test');
    await expect(index.libindex.openLayer(layer, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('needs a fetcher, and a Libindex that is open', async () => {
    const layer = serve({});
    const index = await openFakeIndex();
    await expect(index.libindex.openLayer(layer)).rejects.toMatchObject({ code: 'USAGE_OPTION', data: { option: 'fetcher' } });
    await bench.libindex[Symbol.asyncDispose]();
    await expect(bench.libindex.openLayer(layer)).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
  });
});

function fail(): never {
  throw new Error('no report');
}
