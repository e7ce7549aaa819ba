import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedClient } from '../contracts/index.ts';
import { FeedServer } from '../testing/feed-server.ts';
import { readAll } from './bounded-read.ts';
import { mirroredParts, mirroredUrl } from './feed-client-mirror.ts';
import { createFeedClient, offlineFeedClient } from './feed-client.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const feed = 'https://secdb.example/v3.20/main.json';
const served = '/secdb.example/v3.20/main.json';

async function textOf(client: FeedClient, url: string): Promise<string> {
  const response = await client.get(url);
  if (response.kind !== 'body') return response.kind;
  return new TextDecoder().decode(await readAll(response.body, { max: 1e6, what: url }));
}

describe('a mirror over HTTP', () => {
  let server: FeedServer;
  beforeEach(async () => {
    server = await FeedServer.start();
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const open = (path = ''): FeedClient => createFeedClient({ mirror: `${server.url}${path}`, retry: { retries: 0 } });

  it.each(['', '/', '/deep/er', '/deep/er/'])('is asked below its base %j, query and all', async (base) => {
    const path = `${base.replace(/\/$/, '')}/secdb.example/a%20b/x%2Fy.json`;
    server.serve(path, 'here');
    await expect(textOf(open(base), 'https://secdb.example/a%20b/x%2Fy.json?q=1&r=%26')).resolves.toBe('here');
    expect(server.requests[0]?.path).toBe(`${path}?q=1&r=%26`);
  });

  it('keeps the port of an upstream host apart', async () => {
    server.serve('/host.example:8443/a', 'here');
    await expect(textOf(open(), 'https://host.example:8443/a')).resolves.toBe('here');
  });

  it('gives validators, and says so when nothing changed', async () => {
    server.serve(served, { body: 'one', etag: '"1"', lastModified: 'Wed, 01 May 2024 12:00:00 GMT' });
    const first = await open().get(feed);
    expect(first).toMatchObject({ kind: 'body', size: 3, validators: { etag: '"1"', lastModified: 'Wed, 01 May 2024 12:00:00 GMT' } });
    const validators = first.kind === 'body' ? first.validators : {};
    await expect(open().get(feed, { validators })).resolves.toEqual({ kind: 'not-modified' });
    await expect(open().get(feed, { validators: { lastModified: validators.lastModified } })).resolves.toEqual({ kind: 'not-modified' });
    server.serve(served, { body: 'two', etag: '"2"' });
    await expect(open().get(feed, { validators })).resolves.toMatchObject({ kind: 'body' });
  });

  it('sends no validator that cannot stand in a header', async () => {
    server.serve(served, 'one');
    await expect(open().get(feed, { validators: { etag: 'a\r\nx-evil: 1', lastModified: '' } })).resolves.toMatchObject({ kind: 'body' });
    expect(server.requests[0]?.headers).not.toHaveProperty('if-none-match');
  });

  it.each([
    [404, 'not-found'],
    [410, 'not-found'],
  ])('takes %i for %s', async (status, kind) => {
    server.always(served, { kind: 'status', status });
    await expect(open().get(feed)).resolves.toEqual({ kind });
    await expect(open().exists(feed)).resolves.toBe(false);
  });

  it.each([204, 206, 304, 401, 403, 418, 500, 503])('fails for %i', async (status) => {
    server.always(served, { kind: 'status', status });
    await expect(open().get(feed)).rejects.toMatchObject({ code: 'FEED_STATUS', data: { url: feed, status } });
  });

  it('asks with HEAD whether a feed exists, with GET only where HEAD is not answered', async () => {
    server.serve(served, 'here');
    await expect(open().exists(feed)).resolves.toBe(true);
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD']);
    for (const status of [405, 501]) {
      server.script(served, { kind: 'status', status });
      await expect(open().exists(feed)).resolves.toBe(true);
    }
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD', 'HEAD', 'GET', 'HEAD', 'GET']);
    server.always(served, { kind: 'status', status: 500 });
    await expect(open().exists(feed)).rejects.toMatchObject({ code: 'FEED_STATUS' });
  });

  it('calls a feed truncated that ends too early', async () => {
    server.serve(served, 'x'.repeat(1000));
    server.always(served, { kind: 'truncate', bytes: 999 });
    await expect(textOf(open(), feed)).rejects.toMatchObject({ code: 'FEED_TRUNCATED' });
  });

  it('may redirect to itself and to no other private address', async () => {
    await using other = await FeedServer.start();
    server.serve('/moved', 'moved');
    server.always(served, { kind: 'redirect', location: '/moved' });
    await expect(textOf(open(), feed)).resolves.toBe('moved');
    server.always(served, { kind: 'redirect', location: `${other.url}/` });
    await expect(open().get(feed)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it('is not asked when offline', async () => {
    const client = createFeedClient({ mirror: server.url, offline: true });
    await expect(client.get(feed)).rejects.toMatchObject({ code: 'FEED_OFFLINE', data: { url: feed } });
    await expect(client.exists(feed)).rejects.toMatchObject({ code: 'FEED_OFFLINE' });
    expect(server.requests).toEqual([]);
  });

  it('refuses upstream addresses inside the house where there is no mirror', async () => {
    await expect(createFeedClient().get(`${server.url}/a`)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    await expect(createFeedClient().get('http://feeds.example/a')).rejects.toMatchObject({ code: 'ADDRESS_INSECURE' });
  });
});

describe('which mirrors are taken', () => {
  it.each(['http://10.0.0.1/', 'http://mirror.example', 'ftp://mirror.example/'])('not %s', (mirror) => {
    expect(() => createFeedClient({ mirror })).toThrow(expect.objectContaining({ code: 'USAGE_OPTION' }));
  });

  it.each(['http://localhost:1', 'http://127.0.0.1', 'http://[::1]:8080/x', 'https://10.0.0.1/', 'https://mirror.example'])(
    '%s',
    (mirror) => {
      expect(() => createFeedClient({ mirror })).not.toThrow();
    },
  );

  it('plain http elsewhere with insecure', () => {
    expect(() => createFeedClient({ mirror: 'http://mirror.example', insecure: true })).not.toThrow();
  });

  it('none, and offline: nothing is asked', async () => {
    expect(createFeedClient({ offline: true })).toBe(offlineFeedClient);
    await expect(offlineFeedClient.get(feed)).rejects.toMatchObject({ code: 'FEED_OFFLINE' });
  });
});

describe('a directory', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'claircore-mirror-'));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  function put(path: string, text: string): string {
    const file = join(base, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  it.each([
    ['https://h.example/a/b.json', 'h.example/a/b.json'],
    ['http://h.example/a/b.json?x=1#f', 'h.example/a/b.json'],
    ['https://h.example/Red%20Hat/all.zip', 'h.example/Red Hat/all.zip'],
    ['https://h.example//a///b.json', 'h.example/a/b.json'],
    ['https://h.example:8443/a', 'h.example:8443/a'],
  ])('holds %s at %s', async (url, path) => {
    put(path, 'here');
    for (const mirror of [base, pathToFileURL(base).href]) {
      const client = createFeedClient({ mirror, offline: true });
      await expect(textOf(client, url)).resolves.toBe('here');
      await expect(client.exists(url)).resolves.toBe(true);
    }
  });

  it.each([
    'https://h.example/none',
    'https://h.example/a',
    'https://h.example/a/b.json/c',
    'https://other.example/a/b.json',
    'https://h.example/%zz',
    'https://h.example/%00',
  ])('has nothing at %s', async (url) => {
    put('h.example/a/b.json', 'here');
    const client = createFeedClient({ mirror: base });
    await expect(client.get(url)).resolves.toEqual({ kind: 'not-found' });
    await expect(client.exists(url)).resolves.toBe(false);
  });

  it('never leads out of itself', async () => {
    const outside = put('../outside-of-the-mirror.txt', 'secret');
    const client = createFeedClient({ mirror: base });
    for (const path of [
      '../outside-of-the-mirror.txt',
      '%2e%2e/%2e%2e/outside-of-the-mirror.txt',
      '..%2Foutside-of-the-mirror.txt',
      'a/..%2f..%2foutside-of-the-mirror.txt',
      '..%5coutside-of-the-mirror.txt',
    ]) {
      await expect(client.get(`https://h.example/${path}`)).resolves.toEqual({ kind: 'not-found' });
    }
    rmSync(outside);
  });

  it('gives validators that change with the file', async () => {
    const path = put('h.example/a', 'one');
    const client = createFeedClient({ mirror: base });
    const first = await client.get('https://h.example/a');
    const validators = first.kind === 'body' ? first.validators : {};
    expect(first).toMatchObject({ kind: 'body', size: 3 });
    await expect(client.get('https://h.example/a', { validators })).resolves.toEqual({ kind: 'not-modified' });
    writeFileSync(path, 'two');
    utimesSync(path, new Date(), new Date(Date.now() + 5000));
    await expect(client.get('https://h.example/a', { validators })).resolves.toMatchObject({ kind: 'body' });
  });

  it('is not a feed that vanished when it is not there itself', async () => {
    const client = createFeedClient({ mirror: join(base, 'not-mounted') });
    await expect(client.get(feed)).rejects.toMatchObject({ code: 'FEED_UNREACHABLE', data: { reason: 'ENOENT' } });
    await expect(client.exists(feed)).rejects.toMatchObject({ code: 'FEED_UNREACHABLE' });
  });

  it('reports a file that cannot be read', async () => {
    mkdirSync(join(base, 'h.example'));
    symlinkSync('loop', join(base, 'h.example/loop'));
    await expect(createFeedClient({ mirror: base }).get('https://h.example/loop')).rejects.toMatchObject({
      code: 'FEED_UNREACHABLE',
      data: { reason: 'ELOOP' },
    });
  });
});

describe('where a mirror keeps a URL', () => {
  it('below its base, whatever the URL', () => {
    const base = new URL('https://mirror.example/feeds/');
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), (text) => {
        const url = new URL(text);
        const mirrored = mirroredUrl(base, url);
        expect(mirrored.href.startsWith('https://mirror.example/feeds/')).toBe(true);
        expect(mirrored.search).toBe(url.search);
        for (const part of mirroredParts(url) ?? []) expect(part).not.toMatch(/^\.{0,2}$|[/\\\0]/);
      }),
      { numRuns: runs },
    );
  });
});
