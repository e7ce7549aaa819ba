import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LayerFetcher, OpenedLayer } from '../../../contracts/index.ts';
import type { Layer } from '../../../core/index.ts';
import { BlobServer, type ServedBlob } from '../../../testing/blob-server.ts';
import { compress } from '../../../testing/compress.ts';
import { LayerBuilder } from '../../../testing/layer-builder.ts';
import { createLayerFetcher, type LayerFetcherOptions } from './layer-fetcher.ts';

const decoder = new TextDecoder();
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

function fetcherWith(options: LayerFetcherOptions = {}): LayerFetcher {
  const http = { allowedHosts: [server.host], environment: {}, retry: { baseDelay: 1 }, timeouts: { idle: 400 }, ...options.http };
  const fetcher = createLayerFetcher({ tempDirectory: temp, ...options, http });
  fetchers.push(fetcher);
  return fetcher;
}

async function textOf(opened: OpenedLayer, path: string): Promise<string> {
  return decoder.decode((await opened.files([path])).get(path));
}

const tar = new LayerBuilder().file('etc/os-release', 'ID=test\n').symlink('link', '/etc/os-release').build();

describe('an opened layer', () => {
  it.each(['stream', 'ondisk', 'inmem', 'tee'] as const)('gives files and the whole tar, fetched once (%s)', async (mode) => {
    const layer = server.add(compress(tar, 'gzip'));
    await using opened = await fetcherWith({ mode }).open(layer);
    expect(await textOf(opened, 'etc/os-release')).toBe('ID=test\n');
    expect(await textOf(opened, '/link')).toBe('ID=test\n');
    const reader = await opened.reader();
    expect(reader.size).toBe(tar.length);
    expect(await reader.read(0, tar.length + 1)).toEqual(tar);
    expect(server.count(layer.path)).toBe(1);
    expect(readdirSync(temp)).toEqual([]);
  });
});
