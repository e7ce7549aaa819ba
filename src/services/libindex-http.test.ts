import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { WalkRequest } from '../contracts/index.ts';
import { StoreError, type Layer } from '../core/index.ts';
import { manifestOf, openFakeIndex, type FakeIndexOptions } from '../testing/fake-ecosystem-index.ts';
import { FakeLayerEngine, fakeLayer } from '../testing/fake-layer-engine.ts';
import { MemoryIndexerStore } from '../testing/memory-indexer-store.ts';
import { LogLines, post, seedManifest, started, withContent } from './daemon.fixture.ts';
import { createLibindexHttp, type LibindexHttpOptions } from './libindex-http.ts';

const base = fakeLayer({ 'etc/os-release': 'debian 12', 'db/packages': 'a 1' });
const top = fakeLayer({ 'app/c.pkg': 'c 1' });
const image = [base, top];
const { digest } = manifestOf(image);
const report = `/index_report/${digest}`;

type Json = Record<string, unknown>;

async function open(options: FakeIndexOptions = {}, http: Partial<LibindexHttpOptions> = {}, layers: readonly Layer[] = image) {
  const { libindex, store } = await openFakeIndex(options);
  const daemon = await started(createLibindexHttp({ libindex: withContent(libindex, layers), shutdownTimeout: 2_000, ...http }));
  const index = (body: unknown = seedManifest(digest, layers)): Promise<Response> => post(`${daemon.url}/index`, body);
  const get = async (path = report): Promise<{ status: number; json: Json; response: Response }> => {
    const response = await fetch(`${daemon.url}${path}`);
    return { status: response.status, json: (await response.json()) as Json, response };
  };
  const finished = async (): Promise<Json> => {
    for (;;) {
      const { json } = await get();
      if (json['state'] === 'IndexFinished' || json['state'] === 'IndexError') return json;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { ...daemon, store, index, get, finished };
}

/** Holds walks back until it is let go. */
function gate() {
  const reached = Promise.withResolvers<WalkRequest>();
  const freed = Promise.withResolvers<void>();
  const before = async (request: WalkRequest): Promise<void> => {
    reached.resolve(request);
    await freed.promise;
  };
  return { engine: new FakeLayerEngine({ before }), reached: reached.promise, open: () => freed.resolve() };
}

describe('POST /index', () => {
  it('answers 301 with the place of the report, which is there from then on', async () => {
    await using daemon = await open();
    const answer = await daemon.index();
    expect(answer.status).toBe(301);
    expect(answer.headers.get('location')).toBe(report);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await daemon.get()).status).toBe(200);
    const done = await daemon.finished();
    expect(done).toMatchObject({ manifest_hash: digest, state: 'IndexFinished', success: true, err: '' });
    const names = Object.values(done['packages'] as Record<string, { name: string }>).map(({ name }) => name);
    expect(names.sort()).toEqual(['a', 'c']);
  });

  it('answers while the layers are being read, in an intermediate state', async () => {
    const held = gate();
    await using daemon = await open({ engine: held.engine });
    expect((await daemon.index()).status).toBe(301);
    await held.reached;
    expect((await daemon.get()).json).toMatchObject({ state: 'ScanLayers', success: false, packages: {} });
    held.open();
    expect(await daemon.finished()).toMatchObject({ state: 'IndexFinished' });
  });

  it('takes the form of today: uri and headers beside the hash', async () => {
    await using daemon = await open();
    const layers = image.map((layer) => ({ hash: layer.digest, uri: 'https://x.example/l', headers: { a: ['b'] } }));
    expect((await daemon.index({ hash: digest, layers })).status).toBe(301);
    expect(await daemon.finished()).toMatchObject({ success: true });
  });

  it('of one image many times at once reads each layer once', async () => {
    const engine = new FakeLayerEngine();
    await using daemon = await open({ engine });
    const answers = await Promise.all(Array.from({ length: 20 }, () => daemon.index()));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 301));
    await daemon.finished();
    expect(engine.walks.length).toBe(2);
  });

  it('of an image that is known reads nothing', async () => {
    const engine = new FakeLayerEngine();
    await using daemon = await open({ engine });
    await daemon.index();
    const first = await daemon.finished();
    await daemon.index();
    expect(await daemon.finished()).toEqual(first);
    expect(engine.walks.length).toBe(2);
  });

  it('goes on when the client leaves', async () => {
    const held = gate();
    await using daemon = await open({ engine: held.engine });
    const leaver = httpRequest(`${daemon.url}/index`, { method: 'POST', headers: { 'content-type': 'application/json' } });
    leaver.on('error', () => undefined);
    leaver.end(JSON.stringify(seedManifest(digest, image)));
    const walk = await held.reached;
    leaver.destroy();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(walk.signal?.aborted).toBe(false);
    held.open();
    expect(await daemon.finished()).toMatchObject({ success: true });
  });

  it('of an image that cannot be read ends in IndexError, and a later one begins anew', async () => {
    const failures = [new Error('broken')];
    const engine = new FakeLayerEngine({
      before: () => {
        const failure = failures.pop();
        if (failure) throw failure;
      },
    });
    await using daemon = await open({ engine, layerScanConcurrency: 1 });
    expect((await daemon.index()).status).toBe(301);
    expect(await daemon.finished()).toMatchObject({ state: 'IndexError', success: false, err: expect.stringMatching(/./) as string });
    expect((await daemon.index()).status).toBe(301);
    expect(await daemon.finished()).toMatchObject({ state: 'IndexFinished', err: '' });
  });

  it('waits for the report of another process that has the image, and not for its end', async () => {
    const store = new MemoryIndexerStore();
    const held = gate();
    await using one = await open({ store, engine: held.engine });
    await using other = await open({ store });
    await one.index();
    await held.reached;
    expect((await other.index()).status).toBe(301);
    expect((await other.get()).json).toMatchObject({ state: 'ScanLayers' });
    held.open();
    expect(await other.finished()).toMatchObject({ success: true });
  });

  it('where nothing can be stored is a scan-error without what lies underneath', async () => {
    const before = (method: string): void => {
      if (method === 'putManifest') throw new StoreError('STORE_WRITE', { path: '/secret/place' }, { cause: new Error('disk') });
    };
    const log = new LogLines();
    await using daemon = await open({ store: new MemoryIndexerStore({ before }) }, { logger: log });
    const answer = await daemon.index();
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({
      code: 'scan-error',
      message: 'the database cannot be written',
      additional: { code: 'STORE_WRITE' },
    });
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'error', message: 'request' }));
    expect((await daemon.get()).status).toBe(404);
  });

  it('beyond the most that may run at one time is refused for now', async () => {
    const held = gate();
    const other = fakeLayer({ 'db/packages': 'z 1' });
    await using daemon = await open({ engine: held.engine }, { maxIndexing: 1 }, [...image, other]);
    await daemon.index();
    const answer = await daemon.index(seedManifest(manifestOf([other]).digest, [other]));
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await answer.json()).toMatchObject({ code: 'unavailable' });
    held.open();
    await daemon.finished();
  });

  it('logs what became of it, and no header of a layer', async () => {
    const log = new LogLines();
    await using daemon = await open({}, { logger: log });
    await daemon.index();
    await daemon.finished();
    expect(log.lines).toContainEqual(
      expect.objectContaining({
        message: 'indexed',
        attributes: expect.objectContaining({ manifest: digest, state: 'IndexFinished' }) as object,
      }),
    );
    expect(JSON.stringify(log.lines)).not.toMatch(/secret-of-the-test|layers\.example/);
  });
});

describe('GET /index_report', () => {
  it.each([
    ['percent-encoded', `/index_report/${encodeURIComponent(digest)}`],
    ['with every character percent-encoded', `/index_report/${Array.from(digest, (c) => `%${c.charCodeAt(0).toString(16)}`).join('')}`],
    ['with a trailing slash', `${report}/`],
    ['with a query', `${report}?x=1`],
  ])('takes a hash %s', async (_form, path) => {
    await using daemon = await open();
    await daemon.index();
    expect((await daemon.get(path)).status).toBe(200);
  });

  it('of an unknown hash is 404, also of sha512', async () => {
    await using daemon = await open();
    for (const hash of [`sha256:${'0'.repeat(64)}`, `sha512:${'a'.repeat(128)}`]) {
      const { status, json } = await daemon.get(`/index_report/${hash}`);
      expect({ status, code: json['code'] }).toEqual({ status: 404, code: 'not-found' });
    }
  });

  it.each(['sha256:abc', 'nonsense', `SHA256:${'a'.repeat(64)}`, `sha256:${'g'.repeat(64)}`, '__proto__', '%00', `${digest}x`])(
    'of %s is 400',
    async (hash) => {
      await using daemon = await open();
      const { status, json } = await daemon.get(`/index_report/${hash}`);
      expect({ status, code: json['code'] }).toEqual({ status: 400, code: 'bad-request' });
    },
  );

  it('by HEAD says the same without a body', async () => {
    await using daemon = await open();
    await daemon.index();
    const known = await fetch(`${daemon.url}${report}`, { method: 'HEAD' });
    expect([known.status, known.headers.get('content-type'), await known.text()]).toEqual([200, 'application/json; charset=utf-8', '']);
    const unknown = await fetch(`${daemon.url}/index_report/sha256:${'0'.repeat(64)}`, { method: 'HEAD' });
    expect([unknown.status, await unknown.text()]).toEqual([404, '']);
  });
});

describe('GET /healthz', () => {
  it('is 200 while the store answers, else 503', async () => {
    let isBroken = false;
    const before = (method: string): void => {
      if (isBroken && method === 'indexReport') throw new StoreError('STORE_BUSY', { path: '/secret' });
    };
    await using daemon = await open({ store: new MemoryIndexerStore({ before }) });
    expect(await daemon.get('/healthz')).toMatchObject({ status: 200, json: { status: 'ok' } });
    isBroken = true;
    expect(await daemon.get('/healthz')).toMatchObject({
      status: 503,
      json: { code: 'unavailable', message: 'the store does not answer' },
    });
    isBroken = false;
    expect(await daemon.get('/healthz')).toMatchObject({ status: 200 });
  });
});
