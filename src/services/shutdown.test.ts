import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { WalkRequest } from '../contracts/index.ts';
import { AbortedError, type IndexReport, type Manifest } from '../core/index.ts';
import type { IndexOptions } from '../libindex/index.ts';
import { manifestOf, openFakeIndex } from '../testing/fake-ecosystem-index.ts';
import { FakeLayerEngine, fakeLayer } from '../testing/fake-layer-engine.ts';
import { anyPort, LogLines, post, seedManifest, withContent } from './daemon.fixture.ts';
import { createLibindexHttp } from './libindex-http.ts';
import { createLibvulnHttp } from './libvuln-http.ts';
import { RunningWork } from './http/index.ts';

const layer = fakeLayer({ 'db/packages': 'a 1' });
const { digest } = manifestOf([layer]);

/** A daemon over a real Libindex whose walk waits until it is let go or cancelled. */
async function openHeld(shutdownTimeout: number) {
  const reached = Promise.withResolvers<WalkRequest>();
  const free = Promise.withResolvers<void>();
  const before = async (request: WalkRequest): Promise<void> => {
    reached.resolve(request);
    const cancelled = new Promise<never>((_resolve, reject) => request.signal?.addEventListener('abort', () => reject(new AbortedError())));
    await Promise.race([free.promise, cancelled]);
  };
  const { libindex, store } = await openFakeIndex({ engine: new FakeLayerEngine({ before }) });
  const log = new LogLines();
  const daemon = createLibindexHttp({ libindex: withContent(libindex, [layer]), shutdownTimeout, logger: log });
  const { url } = await daemon.listen(anyPort);
  expect((await post(`${url}/index`, seedManifest(digest, [layer]))).status).toBe(301);
  const walk = await reached.promise;
  return { daemon, url, store, log, walk, free: () => free.resolve() };
}

const ended = (log: LogLines): unknown => log.lines.find(({ message }) => message === 'stopped')?.attributes['work'];

describe('closing while an image is indexed', () => {
  it('lets it finish where there is time', async () => {
    const held = await openHeld(10_000);
    const closing = held.daemon[Symbol.asyncDispose]();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(held.walk.signal?.aborted).toBe(false);
    held.free();
    await closing;
    expect(ended(held.log)).toBe('finished');
    expect(held.log.lines).toContainEqual(
      expect.objectContaining({ message: 'indexed', attributes: expect.objectContaining({ state: 'IndexFinished' }) as object }),
    );
    expect(held.store.locker.keys).toEqual([]);
  });

  it('cancels it where there is not, and leaves no lock', async () => {
    const held = await openHeld(30);
    await held.daemon[Symbol.asyncDispose]();
    expect(held.walk.signal?.aborted).toBe(true);
    expect(ended(held.log)).toBe('cancelled');
    expect(held.store.locker.keys).toEqual([]);
  });

  it('takes no more connections, and closes the library', async () => {
    const held = await openHeld(30);
    await held.daemon[Symbol.asyncDispose]();
    await expect(fetch(`${held.url}/healthz`)).rejects.toThrow('fetch failed');
    await expect(held.store.indexReport(digest)).rejects.toThrow(expect.objectContaining({ code: 'USAGE_CLOSED' }));
    expect(held.daemon.address).toBeUndefined();
    await expect(held.daemon.listen(anyPort)).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
  });

  it('refuses what still comes on a connection that is open', async () => {
    const held = await openHeld(10_000);
    const socket = connect(Number(new URL(held.url).port), '127.0.0.1');
    const chunks: string[] = [];
    socket.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
    await once(socket, 'connect');
    // Half of a request keeps the connection from being idle.
    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n');
    await new Promise((resolve) => setTimeout(resolve, 20));
    const closing = held.daemon[Symbol.asyncDispose]();
    socket.write('\r\n');
    await once(socket, 'close');
    expect(chunks.join('')).toMatch(/^HTTP\/1\.1 503 [\s\S]*connection: close[\s\S]*"code":"unavailable"/i);
    held.free();
    await closing;
  });

  it('twice at once is once', async () => {
    const held = await openHeld(30);
    await Promise.all([held.daemon[Symbol.asyncDispose](), held.daemon[Symbol.asyncDispose]()]);
    expect(held.log.lines.filter(({ message }) => message === 'stopping').length).toBe(1);
  });
});

describe('closing while a body comes by drops', () => {
  it('cuts it off', async () => {
    const log = new LogLines();
    const libvuln = { scan: () => Promise.reject(new Error('not asked')), status: () => Promise.resolve([]) };
    const daemon = createLibvulnHttp({ libvuln, shutdownTimeout: 20, logger: log });
    const { port } = await daemon.listen(anyPort);
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('POST /scan HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await daemon[Symbol.asyncDispose]();
    expect(ended(log)).toBe('cancelled');
    socket.destroy();
  });
});

describe('closing while work does not obey', () => {
  it('ends all the same, with an error in the log', async () => {
    const work = new RunningWork();
    void work.track(new Promise(() => undefined));
    expect(await work.stop({ finish: 10, cancel: 10 })).toBe('stuck');
    expect(work.signal.aborted).toBe(true);
  });

  it('answers a request that waits for an image to be stored with 503', async () => {
    const libindex = {
      index: (_manifest: Manifest, { signal }: IndexOptions = {}) =>
        new Promise<IndexReport>((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new AbortedError()));
        }),
      indexReport: () => Promise.resolve(undefined),
    };
    const daemon = createLibindexHttp({ libindex, shutdownTimeout: 50 });
    const { url } = await daemon.listen(anyPort);
    const answer = post(`${url}/index`, seedManifest(digest, [layer]));
    await new Promise((resolve) => setTimeout(resolve, 30));
    await daemon[Symbol.asyncDispose]();
    expect((await answer).status).toBe(503);
  });
});

describe('a daemon that cannot listen', () => {
  const libvuln = { scan: () => Promise.reject(new Error('not asked')), status: () => Promise.resolve([]) };

  it('says where and why', async () => {
    await using first = createLibvulnHttp({ libvuln });
    const { port } = await first.listen(anyPort);
    await using second = createLibvulnHttp({ libvuln });
    await expect(second.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      data: { host: '127.0.0.1', port, reason: 'EADDRINUSE' },
    });
  });

  it('a second time says so', async () => {
    await using daemon = createLibvulnHttp({ libvuln });
    await daemon.listen(anyPort);
    await expect(daemon.listen(anyPort)).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
  });

  it('because it is being closed says so', async () => {
    const daemon = createLibvulnHttp({ libvuln });
    const listening = daemon.listen(anyPort);
    await daemon[Symbol.asyncDispose]();
    await expect(listening).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
  });

  it('can be closed without having listened', async () => {
    let isClosed = false;
    const daemon = createLibvulnHttp({
      libvuln: {
        ...libvuln,
        [Symbol.asyncDispose]: async () => {
          isClosed = true;
        },
      },
    });
    await daemon[Symbol.asyncDispose]();
    expect(isClosed).toBe(true);
  });
});
