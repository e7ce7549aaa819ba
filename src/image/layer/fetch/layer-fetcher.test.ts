import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LayerFetcher, OpenedLayer } from '../../../contracts/index.ts';
import { parseLayerDigest, type Layer } from '../../../core/index.ts';
import { createHttpClient } from '../../../runtime/index.ts';
import { BlobServer } from '../../../testing/blob-server.ts';
import { compress } from '../../../testing/compress.ts';
import { tarLayerOf } from '../../../testing/fake-layer-engine-tar.ts';
import { LayerBuilder } from '../../../testing/layer-builder.ts';
import type { ScriptedAnswer } from '../../../testing/scripted-answer.ts';
import { openLayer } from '../open-layer.ts';
import { bytesContent, fileContent } from './given-content.ts';
import { layerFetchModes } from './keep-layer.ts';
import { createLayerFetcher, type LayerFetcherOptions } from './layer-fetcher.ts';

const decoder = new TextDecoder();
/** Bytes that no compression makes fewer. */
const noise = createHash('shake256', { outputLength: 400_000 }).update('noise').digest();
const tar = new LayerBuilder()
  .file('./etc/os-release', 'ID=test\n')
  .symlink('link', '/etc/os-release')
  .file('noise', noise)
  .file('./last', 'the end')
  .build();
const packed = compress(tar, 'gzip');

let server: BlobServer;
let temp: string;
const fetchers: LayerFetcher[] = [];

beforeEach(async () => {
  server = await BlobServer.start();
  temp = mkdtempSync(join(tmpdir(), 'fetch-test-'));
});
afterEach(async () => {
  for (const fetcher of fetchers.splice(0)) await fetcher[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  rmSync(temp, { recursive: true });
});

function optionsWith(options: LayerFetcherOptions = {}): LayerFetcherOptions {
  const http = { allowedHosts: [server.host], environment: {}, retry: { baseDelay: 1 }, timeouts: { idle: 200 }, ...options.http };
  // So small that whatever is kept goes to disk.
  return { tempDirectory: temp, limits: { keptBytes: 1000, ...options.limits }, ...without(options), http };
}

function without({ http: _http, limits: _limits, ...rest }: LayerFetcherOptions): LayerFetcherOptions {
  return rest;
}

function fetcherWith(options: LayerFetcherOptions = {}): LayerFetcher {
  const fetcher = createLayerFetcher(optionsWith(options));
  fetchers.push(fetcher);
  return fetcher;
}

async function textOf(opened: OpenedLayer, path: string): Promise<string> {
  return decoder.decode((await opened.files([path])).get(path));
}

const seesOpenFiles = existsSync('/proc/self/fd');

/** Files of the temporary directory that are open, though they have no name any more. */
function openFiles(): readonly string[] {
  if (!seesOpenFiles) return [];
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${descriptor}`);
      return target.startsWith(temp) ? [target] : [];
    } catch {
      return [];
    }
  });
}

function expectNothingLeft(): void {
  expect([readdirSync(temp), openFiles()]).toEqual([[], []]);
}

describe('an opened layer', () => {
  it.each(layerFetchModes)('gives files and the whole tar of one transfer, and leaves nothing behind (%s)', async (mode) => {
    const layer = server.add(packed);
    const opened = await fetcherWith({ mode }).open(layer);
    expect(await textOf(opened, 'etc/os-release')).toBe('ID=test\n');
    expect(await textOf(opened, '/link')).toBe('ID=test\n');
    expect(await textOf(opened, 'last')).toBe('the end');
    const [reader, again] = await Promise.all([opened.reader(), opened.reader()]);
    expect([reader.size, again.size]).toEqual([tar.length, tar.length]);
    expect(Buffer.compare(await reader.read(0, tar.length + 1), tar)).toBe(0);
    expect(server.count(layer.path)).toBe(1);
    await opened[Symbol.asyncDispose]();
    await expect(reader.read(0, 1)).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
    expectNothingLeft();
  });

  it.runIf(seesOpenFiles).each([
    ['stream', 1, 2],
    ['ondisk', 1, 1],
    ['inmem', 0, 0],
    ['tee', 1, 1],
  ] as const)('keeps on disk what its mode says (%s: %i, with the reader %i)', async (mode, kept, withReader) => {
    await using opened = await fetcherWith({ mode }).open(server.add(packed));
    expect(openFiles().length).toBe(kept);
    await opened.reader();
    expect(openFiles().length).toBe(withReader);
  });

  it.each(['none', 'gzip', 'zstd', 'bzip2', 'xz'] as const)('is inflated: %s', async (compression) => {
    const layer = server.add(compress(tar, compression));
    await using opened = await fetcherWith().open(layer);
    expect(await textOf(opened, 'last')).toBe('the end');
    expect((await opened.reader()).size).toBe(tar.length);
  });

  it('that is too large for memory is told in inmem, and on disk only in tee', async () => {
    const layer = server.add(packed);
    await expect(fetcherWith({ mode: 'inmem', memoryBytes: 10_000 }).open(layer)).rejects.toMatchObject({ code: 'LIMIT_READ' });
    await using opened = await fetcherWith({ mode: 'tee', memoryBytes: 10_000 }).open(layer);
    expect(Buffer.compare(await (await opened.reader()).read(0, tar.length), tar)).toBe(0);
  });

  it('what its reader gives may be changed', async () => {
    for (const mode of layerFetchModes) {
      await using opened = await fetcherWith({ mode }).open(server.add(packed));
      const reader = await opened.reader();
      (await reader.read(0, 10)).fill(0xff);
      expect(Buffer.compare(await reader.read(0, 10), tar.subarray(0, 10))).toBe(0);
      (await opened.files(['last'])).get('last')?.fill(0);
      expect(await textOf(opened, 'last')).toBe('the end');
    }
  });

  it('takes no offset and no length that is none', async () => {
    await using opened = await fetcherWith().open(server.add(packed));
    const reader = await opened.reader();
    for (const [offset, length] of [
      [-1, 1],
      [0, -1],
      [0.5, 1],
      [0, Number.NaN],
    ] as const) {
      await expect(reader.read(offset, length)).rejects.toMatchObject({ code: 'USAGE_OPTION' });
    }
  });

  it('a file beyond the limit is told, and not given as nothing', async () => {
    await using opened = await fetcherWith({ limits: { fileBytes: 100_000 } }).open(server.add(packed));
    await expect(opened.files(['noise'])).rejects.toMatchObject({ code: 'LIMIT_READ', data: { what: 'noise', limit: 100_000 } });
    expect(await textOf(opened, 'last')).toBe('the end');
    await expect(opened.files(['noise'])).rejects.toMatchObject({ code: 'LIMIT_READ' });
  });

  it('of a directory tree has files and no tar', async () => {
    async function* open(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode('from a tree');
    }
    async function* entries(): AsyncGenerator<{ path: string; header: { type: 'file'; size: number; mode: number }; open: typeof open }> {
      yield { path: 'a', header: { type: 'file', size: 11, mode: 0o644 }, open };
    }
    const digest = parseLayerDigest(`sha256:${'0'.repeat(64)}`);
    await using opened = await fetcherWith().open({ digest, content: { kind: 'tree', entries } });
    expect(await textOf(opened, '/a')).toBe('from a tree');
    await expect(opened.reader()).rejects.toMatchObject({ code: 'LAYER_TAR_MISSING' });
  });
});

describe('a damaged or foreign layer', () => {
  const cases: readonly [string, () => Layer, string][] = [
    ['a wrong digest', () => ({ ...server.add(packed), digest: server.add(tar.subarray(512)).digest }), 'DIGEST_MISMATCH'],
    ['a wrong diffID', () => ({ ...server.add(packed), diffId: server.add(packed).digest }), 'DIGEST_MISMATCH'],
    ['cut gzip', () => server.add(packed.subarray(0, -20)), 'COMPRESSION_CORRUPT'],
    ['a page of an error with status 200', () => server.add(new TextEncoder().encode('<html>'.repeat(200))), 'TAR_CORRUPT'],
    ['a wrong size', () => ({ ...server.add(packed), size: 5 }), 'LAYER_SIZE_MISMATCH'],
    ['no blob', () => ({ ...server.add(packed), uri: `${server.url}/none` }), 'LAYER_NOT_FOUND'],
    ['no address', () => ({ ...server.add(packed), uri: 'blobs/base' }), 'LAYER_URI_INVALID'],
    ['a header of ours', () => ({ ...server.add(packed), headers: { range: ['bytes=0-'] } }), 'LAYER_HEADER_INVALID'],
    ['too many bytes', () => server.add(new LayerBuilder().file('a', new Uint8Array(3_000_000)).build()), 'LIMIT_LAYER_SIZE'],
  ];
  for (const mode of layerFetchModes) {
    it.each(cases)(`is told and leaves nothing behind: %s (${mode})`, async (_, make, code) => {
      const fetcher = fetcherWith({ mode, limits: { layerBytes: 2_000_000 } });
      const opening = fetcher.open(make());
      // That bytes are no archive is seen by whoever looks for files in them.
      if (code === 'TAR_CORRUPT') await (await opening.then((opened) => expectCorrupt(opened)))[Symbol.asyncDispose]();
      else await expect(opening).rejects.toMatchObject({ code });
      expectNothingLeft();
    });
  }

  async function expectCorrupt(opened: OpenedLayer): Promise<OpenedLayer> {
    await expect(opened.files(['a'])).rejects.toMatchObject({ code: 'TAR_CORRUPT' });
    return opened;
  }
});

describe('a poor connection', () => {
  it.each(layerFetchModes)('is made up for: slow, dying, busy (%s)', async (mode) => {
    const layer = server.add(packed);
    server.script(
      layer.path,
      { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
      { kind: 'reset' },
      { kind: 'truncate', bytes: 1000 },
      { kind: 'stall', bytes: 5000 },
      { kind: 'trickle', bytes: 60_000, delay: 5 },
    );
    await using opened = await fetcherWith({ mode }).open(layer);
    expect(await textOf(opened, 'last')).toBe('the end');
  });

  it('is given up, and nothing is left behind', async () => {
    const layer = server.add(packed);
    server.always(layer.path, { kind: 'truncate', bytes: 1000 });
    await expect(fetcherWith({ retries: 1 }).open(layer)).rejects.toMatchObject({ code: 'LAYER_UNREACHABLE' });
    expectNothingLeft();
  });
});

describe('aborting', () => {
  it.each<[string, ScriptedAnswer | undefined]>([
    ['before the answer', { kind: 'silence' }],
    ['in the body', { kind: 'stall', bytes: 100_000 }],
    ['between pieces', { kind: 'trickle', bytes: 500, delay: 1 }],
    ['between tries', { kind: 'status', status: 503, headers: { 'retry-after': '30' } }],
  ])('an opening %s stops the transfer and leaves nothing behind', async (_, answer) => {
    const layer = server.add(packed);
    server.always(layer.path, answer);
    const fetcher = fetcherWith({ http: { timeouts: {} } });
    const opening = fetcher.open(layer, { signal: AbortSignal.timeout(60) });
    await expect(opening).rejects.toMatchObject({ code: 'ABORTED' });
    expectNothingLeft();
    await untilIdle(layer.path);
    expect(server.count(layer.path)).toBe(1);
  });

  it('a question for files ends it alone', async () => {
    await using opened = await fetcherWith().open(server.add(packed));
    await expect(opened.files(['last'], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await textOf(opened, 'last')).toBe('the end');
  });

  it.each(layerFetchModes)('closing a layer ends what runs on it, and waits for that (%s)', async (mode) => {
    const opened = await fetcherWith({ mode }).open(server.add(packed));
    const settled = Promise.allSettled([opened.files(['last']), opened.reader(), opened.files(['noise', 'link'])]);
    await opened[Symbol.asyncDispose]();
    expectNothingLeft();
    const codes = (await settled).map((result) => (result.status === 'rejected' ? (result.reason as { code: string }).code : 'done'));
    expect(codes.filter((code) => !['done', 'ABORTED', 'USAGE_CLOSED'].includes(code))).toEqual([]);
  });

  it('closing stops what is being inflated for a reader', async () => {
    const zeros = compress(new LayerBuilder().file('zeros', new Uint8Array(80_000_000)).build(), 'gzip');
    const opened = await fetcherWith().open(server.add(zeros));
    const reading = Promise.allSettled([opened.reader()]);
    await new Promise((resolve) => void setTimeout(resolve, 5));
    await opened[Symbol.asyncDispose]();
    expectNothingLeft();
    expect(await reading).toMatchObject([{ status: 'rejected', reason: { code: 'ABORTED' } }]);
  });

  it.each(layerFetchModes)('closing the fetcher closes its layers (%s)', async (mode) => {
    const fetcher = fetcherWith({ mode });
    const opened = await fetcher.open(server.add(packed));
    const reader = await opened.reader();
    await fetcher[Symbol.asyncDispose]();
    expectNothingLeft();
    await expect(reader.read(0, 1)).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
    await expect(opened.files(['last'])).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
  });

  async function untilIdle(path: string): Promise<void> {
    for (let waits = 0; server.running(path) > 0 && waits < 100; waits += 1) await new Promise((resolve) => void setTimeout(resolve, 5));
    expect(server.running(path)).toBe(0);
  }
});

describe('transfers', () => {
  it('are no more at the same time than was said', async () => {
    const layers = Array.from({ length: 5 }, (_, index) => server.add(new LayerBuilder().file('a', `${index}`).build()));
    const held = layers.map(({ path }) => server.hold(path));
    const fetcher = fetcherWith({ concurrency: 2 });
    const opening = Promise.all(layers.map((layer) => fetcher.open(layer)));
    await held[0]?.arrived;
    await held[1]?.arrived;
    await new Promise((resolve) => void setTimeout(resolve, 30));
    expect(layers.map(({ path }) => server.count(path))).toEqual([1, 1, 0, 0, 0]);
    for (const each of held) each.release();
    const opened = await opening;
    expect(await Promise.all(opened.map((each) => textOf(each, 'a')))).toEqual(['0', '1', '2', '3', '4']);
    await Promise.all(opened.map((each) => each[Symbol.asyncDispose]()));
  });

  it('give up their place when they fail or are left', async () => {
    const fetcher = fetcherWith({ concurrency: 1 });
    const layer = server.add(packed);
    await expect(fetcher.open({ ...layer, uri: `${server.url}/none` })).rejects.toMatchObject({ code: 'LAYER_NOT_FOUND' });
    const content = fetcher.content(layer);
    if (content?.kind !== 'blob') throw new Error('no blob');
    for await (const chunk of await content.open()) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await using opened = await fetcher.open(layer);
    expect(await textOf(opened, 'last')).toBe('the end');
  });

  it('go over a client that was brought, which stays open', async () => {
    const layer = server.add(packed);
    await using http = createHttpClient({ allowedHosts: [server.host], environment: {} });
    const fetcher = createLayerFetcher({ http });
    await (await fetcher.open(layer))[Symbol.asyncDispose]();
    await fetcher[Symbol.asyncDispose]();
    const response = await http.request(layer.uri);
    response.discard();
    expect(response.status).toBe(200);
  });
});

describe('layers that bring their content', () => {
  const layer: Layer = { digest: tarLayerOf(packed).digest };

  it.each(layerFetchModes)('as bytes or as a file need no server (%s)', async (mode) => {
    const [path, plain] = [join(temp, 'layer.tar.gz'), join(temp, 'layer.tar')];
    writeFileSync(path, packed);
    writeFileSync(plain, tar);
    const plainLayer: Layer = { digest: tarLayerOf(tar).digest, content: fileContent(plain) };
    for (const brought of [{ ...layer, content: bytesContent(packed) }, { ...layer, content: fileContent(path) }, plainLayer]) {
      await using opened = await fetcherWith({ mode }).open({ ...brought, uri: `${server.url}/unused` });
      expect(await textOf(opened, 'link')).toBe('ID=test\n');
      expect(Buffer.compare(await (await opened.reader()).read(0, tar.length), tar)).toBe(0);
    }
    expect(server.requests).toEqual([]);
    for (const file of [path, plain]) rmSync(file);
    expectNothingLeft();
  });

  it('a file that is not there, or is none, is told with its path', async () => {
    for (const path of [join(temp, 'none'), temp]) {
      await expect(fetcherWith().open({ ...layer, content: fileContent(path) })).rejects.toMatchObject({
        code: 'LAYER_UNREADABLE',
        data: { path },
      });
    }
  });

  it('no bytes are an empty blob', async () => {
    const empty = tarLayerOf(new Uint8Array());
    await using opened = await fetcherWith().open({ digest: empty.digest, content: bytesContent(new Uint8Array()) });
    expect((await opened.reader()).size).toBe(0);
  });
});

describe('openLayer', () => {
  it('opens one layer, and leaves nothing behind when it is closed', async () => {
    const layer = server.add(packed);
    const opened = await openLayer(layer, optionsWith());
    expect(await textOf(opened, '/etc/os-release')).toBe('ID=test\n');
    expect((await opened.reader()).size).toBe(tar.length);
    await opened[Symbol.asyncDispose]();
    await opened[Symbol.asyncDispose]();
    expectNothingLeft();
  });

  it('tells what is wrong', async () => {
    await expect(openLayer({ ...server.add(packed), uri: `${server.url}/none` }, optionsWith())).rejects.toMatchObject({
      code: 'LAYER_NOT_FOUND',
    });
    await expect(openLayer(server.add(packed), { ...optionsWith(), signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expectNothingLeft();
  });

  it.each([
    ['mode', { mode: 'tape' }],
    ['retries', { retries: -1 }],
    ['concurrency', { concurrency: 0 }],
    ['memoryBytes', { memoryBytes: 1.5 }],
  ])('takes no such %s', async (option, options) => {
    const refused = openLayer(server.add(packed), options as LayerFetcherOptions);
    await expect(refused).rejects.toMatchObject({ code: 'USAGE_OPTION', data: { option } });
  });
});
