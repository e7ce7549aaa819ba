import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LayerFetcher, OpenedLayer } from '../contracts/index.ts';
import type { Layer } from '../core/index.ts';
import type { FakeLayer } from './fake-layer-engine.ts';
import type { HeldRequests } from './gates.ts';

/** A fetcher, and the place that it fetches from. */
export interface LayerFetcherBench extends AsyncDisposable {
  readonly fetcher: LayerFetcher;
  /** A layer that is fetched from an address. */
  serve(entries: FakeLayer): Layer;
  /** Transfers of the layer wait from now on until they are released. */
  hold(layer: Layer): HeldRequests;
  /** How often the layer was transferred, or begun to be. */
  transfers(layer: Layer): number;
  /** Transfers of the layer that go on now. */
  running(layer: Layer): number;
}

const entries: FakeLayer = {
  'etc/os-release': { symlink: '../usr/lib/os-release' },
  'usr/lib/os-release': 'ID=test',
  'usr/lib/again': { hardlink: 'usr/lib/os-release' },
  absolute: { symlink: '/etc/os-release' },
  chain: { symlink: 'absolute' },
  lib: { symlink: 'usr/lib' },
  circle: { symlink: 'circle' },
  nowhere: { symlink: 'not/there' },
  empty: '',
  directory: { directory: true },
};

/** What every {@link LayerFetcher} keeps to. */
export function layerFetcherSuite(name: string, open: () => Promise<LayerFetcherBench>): void {
  describe(`${name} as a layer fetcher`, () => {
    let bench: LayerFetcherBench;
    beforeEach(async () => {
      bench = await open();
    });
    afterEach(() => bench[Symbol.asyncDispose]());

    async function untilIdle(layer: Layer): Promise<void> {
      for (let waits = 0; bench.running(layer) > 0 && waits < 200; waits += 1) await new Promise((resolve) => void setTimeout(resolve, 5));
      expect(bench.running(layer)).toBe(0);
    }

    it('gives what a layer brings, and nothing for one that has neither content nor address', () => {
      const { uri = '', ...layer } = bench.serve(entries);
      const content = bench.fetcher.content({ ...layer, uri });
      expect(content?.kind).toBe('blob');
      expect(content && bench.fetcher.content({ ...layer, uri, content })).toBe(content);
      expect(bench.fetcher.content(layer)).toBeUndefined();
    });

    it('asks nothing before content is read, and once each time that it is', async () => {
      const layer = bench.serve(entries);
      const content = bench.fetcher.content(layer);
      if (content?.kind !== 'blob') throw new Error('no blob');
      const opened = await content.open();
      expect(bench.transfers(layer)).toBe(0);
      let bytes = 0;
      for await (const chunk of opened) bytes += chunk.length;
      expect([bytes, bench.transfers(layer)]).toEqual([layer.size, 1]);
    });

    it.each([
      ['etc/os-release', 'ID=test'],
      ['/etc/os-release', 'ID=test'],
      ['./usr/lib//os-release', 'ID=test'],
      ['usr/lib/again', 'ID=test'],
      ['absolute', 'ID=test'],
      ['chain', 'ID=test'],
      ['lib/os-release', 'ID=test'],
      ['lib/again', 'ID=test'],
      ['circle', ''],
      ['nowhere', ''],
      ['empty', ''],
      ['directory', ''],
      ['usr', ''],
      ['not/there', ''],
      ['', ''],
    ])('follows %j to %j', async (path, expected) => {
      await using opened = await bench.fetcher.open(bench.serve(entries));
      const first = await opened.files([path]);
      const again = await opened.files(['empty', path]);
      expect([text(first, path), text(again, path)]).toEqual([expected, expected]);
    });

    it('gives both spellings of each path', async () => {
      await using opened = await bench.fetcher.open(bench.serve(entries));
      const files = await opened.files(['/etc/os-release', 'chain', 'not/there']);
      expect([...files.keys()].sort()).toEqual(['/chain', '/etc/os-release', '/not/there', 'chain', 'etc/os-release', 'not/there']);
      expect(text(files, 'etc/os-release')).toBe(text(files, '/chain'));
    });

    it('reads at any place', async () => {
      await using opened = await bench.fetcher.open(bench.serve(entries));
      const reader = await opened.reader();
      const whole = await reader.read(0, reader.size);
      expect(whole.length).toBe(reader.size);
      expect(await reader.read(10, 20)).toEqual(whole.subarray(10, 30));
      expect(await reader.read(reader.size - 3, 20)).toEqual(whole.subarray(-3));
      expect((await reader.read(reader.size + 5, 20)).length).toBe(0);
    });

    it('transfers a layer once for all who open it at the same time', async () => {
      const layer = bench.serve(entries);
      const opened = await Promise.all([1, 2, 3, 4].map(() => bench.fetcher.open(layer)));
      const contents = await Promise.all(opened.map(async (each) => text(await each.files(['chain']), 'chain')));
      expect(contents).toEqual(['ID=test', 'ID=test', 'ID=test', 'ID=test']);
      expect(bench.transfers(layer)).toBe(1);
      await Promise.all(opened.map((each) => each[Symbol.asyncDispose]()));
    });

    it('stays open for the others when one is done', async () => {
      const layer = bench.serve(entries);
      const first = await bench.fetcher.open(layer);
      await using second = await bench.fetcher.open(layer);
      await first[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
      expect(text(await second.files(['chain']), 'chain')).toBe('ID=test');
      await expect(first.files(['chain'])).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
      await expect(first.reader()).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
      expect(bench.transfers(layer)).toBe(1);
    });

    it('fetches anew once the last one is done', async () => {
      const layer = bench.serve(entries);
      for (const times of [1, 2]) {
        await using opened = await bench.fetcher.open(layer);
        expect(text(await opened.files(['empty']), 'empty')).toBe('');
        expect(bench.transfers(layer)).toBe(times);
      }
    });

    it('a caller that leaves does not stop the others', async () => {
      const layer = bench.serve(entries);
      const held = bench.hold(layer);
      const leaver = new AbortController();
      const left = bench.fetcher.open(layer, { signal: leaver.signal });
      const stays = bench.fetcher.open(layer);
      await held.arrived;
      leaver.abort();
      await expect(left).rejects.toMatchObject({ code: 'ABORTED' });
      expect(bench.running(layer)).toBe(1);
      held.release();
      await using opened = await stays;
      expect(text(await opened.files(['chain']), 'chain')).toBe('ID=test');
      expect(bench.transfers(layer)).toBe(1);
    });

    it('the last one out stops the transfer, and who comes then begins anew', async () => {
      const layer = bench.serve(entries);
      const held = bench.hold(layer);
      const controllers = [new AbortController(), new AbortController()];
      const opening = Promise.allSettled(controllers.map(({ signal }) => bench.fetcher.open(layer, { signal })));
      await held.arrived;
      for (const controller of controllers) controller.abort();
      expect((await opening).map(codeOf)).toEqual(['ABORTED', 'ABORTED']);
      held.release();
      await untilIdle(layer);
      await using opened = await bench.fetcher.open(layer);
      expect(text(await opened.files(['chain']), 'chain')).toBe('ID=test');
      expect(bench.transfers(layer)).toBe(2);
    });

    it('does nothing for a signal that has fired', async () => {
      const layer = bench.serve(entries);
      await expect(bench.fetcher.open(layer, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
      expect(bench.transfers(layer)).toBe(0);
    });

    it('tells the digest that is not what was declared', async () => {
      const other = bench.serve({ other: 'layer' });
      const { size, ...layer } = bench.serve(entries);
      expect(size).toBeGreaterThan(0);
      await expect(bench.fetcher.open({ ...layer, digest: other.digest })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    });

    it('tells that a blob is not there, without what stands in the query', async () => {
      const { uri = '', ...layer } = bench.serve(entries);
      const error = await failureOf(bench.fetcher.open({ ...layer, uri: `${uri}-not?token=hidden` }));
      expect(error).toMatchObject({ code: 'LAYER_NOT_FOUND', data: { host: new URL(uri).host, path: `${new URL(uri).pathname}-not` } });
      expect(JSON.stringify(error)).not.toContain('hidden');
    });

    it('another address may do where the first one fails', async () => {
      const layer = bench.serve(entries);
      const { uri = '' } = layer;
      const results = await Promise.allSettled([bench.fetcher.open({ ...layer, uri: `${uri}-not` }), bench.fetcher.open(layer)]);
      expect(results.map(codeOf)).toEqual(['LAYER_NOT_FOUND', 'opened']);
      for (const result of results) if (result.status === 'fulfilled') await result.value[Symbol.asyncDispose]();
    });

    it('a layer without content and address has nothing to open', async () => {
      const { digest } = bench.serve(entries);
      await expect(bench.fetcher.open({ digest })).rejects.toMatchObject({ code: 'LAYER_CONTENT_MISSING' });
    });

    it('stops what runs when it is closed, and opens nothing more', async () => {
      const layer = bench.serve(entries);
      const held = bench.hold(layer);
      const opening = Promise.allSettled([bench.fetcher.open(layer)]);
      await held.arrived;
      await bench.fetcher[Symbol.asyncDispose]();
      expect((await opening).map(codeOf)).toEqual(['ABORTED']);
      held.release();
      await untilIdle(layer);
      await expect(bench.fetcher.open(layer)).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
    });
  });
}

function text(files: ReadonlyMap<string, Uint8Array>, path: string): string | undefined {
  const bytes = files.get(path);
  return bytes && new TextDecoder().decode(bytes);
}

function codeOf(result: PromiseSettledResult<OpenedLayer>): unknown {
  return result.status === 'fulfilled' ? 'opened' : (result.reason as { readonly code: unknown }).code;
}

async function failureOf(promise: Promise<OpenedLayer>): Promise<unknown> {
  try {
    await (await promise)[Symbol.asyncDispose]();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
