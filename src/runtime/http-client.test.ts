import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FeedServer } from '../testing/feed-server.ts';
import { createHttpClient, type HttpClient, type HttpClientOptions } from './http-client.ts';
import { readAll } from './bounded-read.ts';

const quick = { retry: { baseDelay: 1 }, environment: {} } as const;
const content = 'all is well '.repeat(2000);

let server: FeedServer;
const clients: HttpClient[] = [];

beforeEach(async () => {
  server = await FeedServer.start();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

function client(options: HttpClientOptions = {}): HttpClient {
  const created = createHttpClient({ ...quick, allowedHosts: [`127.0.0.1:${server.port}`], ...options });
  clients.push(created);
  return created;
}

async function textAt(http: HttpClient, path: string): Promise<string> {
  const response = await http.request(`${server.url}${path}`);
  return new TextDecoder().decode(await readAll(response.body, { max: 1e7, what: 'body' }));
}

describe('content', () => {
  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['identity', (bytes: Uint8Array) => bytes],
  ])('undoes the coding %s', async (coding, encode) => {
    server.serve('/a', { body: encode(new TextEncoder().encode(content)), headers: { 'content-encoding': coding } });
    await expect(textAt(client(), '/a')).resolves.toBe(content);
  });

  it('undoes several codings, the last first', async () => {
    server.serve('/a', { body: brotliCompressSync(gzipSync(content)), headers: { 'content-encoding': 'gzip, br' } });
    await expect(textAt(client(), '/a')).resolves.toBe(content);
  });

  it('knows the size only of what is not encoded', async () => {
    server.serve('/plain', content);
    server.serve('/gzip', { body: gzipSync(content), headers: { 'content-encoding': 'gzip' } });
    const http = client();
    const [plain, packed] = [await http.request(`${server.url}/plain`), await http.request(`${server.url}/gzip`)];
    plain.discard();
    packed.discard();
    expect([plain.size, packed.size]).toEqual([content.length, undefined]);
  });

  it('refuses a coding that it does not know, and a pile of them', async () => {
    server.serve('/a', { body: 'x', headers: { 'content-encoding': 'compress' } });
    server.serve('/b', { body: 'x', headers: { 'content-encoding': 'gzip, gzip, gzip, gzip' } });
    await expect(textAt(client(), '/a')).rejects.toMatchObject({ code: 'FEED_MALFORMED' });
    await expect(textAt(client(), '/b')).rejects.toMatchObject({ code: 'FEED_MALFORMED' });
  });

  it('tells damaged from cut in encoded content', async () => {
    const packed = gzipSync(content);
    const damaged = new Uint8Array(packed);
    damaged.fill(0xff, 12, 30);
    server.serve('/damaged', { body: damaged, headers: { 'content-encoding': 'gzip' } });
    server.serve('/cut', { body: packed.subarray(0, packed.length - 10), headers: { 'content-encoding': 'gzip' } });
    await expect(textAt(client(), '/damaged')).rejects.toMatchObject({ code: 'FEED_MALFORMED' });
    await expect(textAt(client(), '/cut')).rejects.toMatchObject({ code: 'FEED_TRUNCATED' });
  });

  it('ends a body that inflates beyond the limit', async () => {
    server.serve('/bomb', { body: gzipSync(new Uint8Array(5_000_000)), headers: { 'content-encoding': 'gzip' } });
    await expect(textAt(client({ maxBodyBytes: 1_000_000 }), '/bomb')).rejects.toMatchObject({ code: 'LIMIT_READ' });
  });

  it.each([0, 1, 1000, content.length - 1])('calls a body truncated that ends after %i bytes', async (bytes) => {
    server.serve('/a', content);
    server.always('/a', { kind: 'truncate', bytes });
    await expect(textAt(client(), '/a')).rejects.toMatchObject({ code: 'FEED_TRUNCATED' });
  });

  it('calls a chunked body truncated that lacks its last chunk', async () => {
    const raw = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'));
    });
    await new Promise<void>((resolve) => {
      raw.listen(0, '127.0.0.1', resolve);
    });
    const { port } = raw.address() as AddressInfo;
    const response = await client({ allowedHosts: [`127.0.0.1:${port}`] }).request(`http://127.0.0.1:${port}/`);
    await expect(readAll(response.body, { max: 100, what: 'body' })).rejects.toMatchObject({ code: 'FEED_TRUNCATED' });
    raw.close();
  });
});

describe('time', () => {
  it('gives up on a server that never answers', async () => {
    server.always('/a', { kind: 'silence' });
    const http = client({ timeouts: { headers: 50 }, retry: { retries: 0 } });
    await expect(http.request(`${server.url}/a`)).rejects.toMatchObject({ code: 'FEED_UNREACHABLE', data: { reason: 'headers-timeout' } });
  });

  it('gives up on a body that stalls', async () => {
    server.serve('/a', content);
    server.always('/a', { kind: 'stall', bytes: 10 });
    await expect(textAt(client({ timeouts: { idle: 50 } }), '/a')).rejects.toMatchObject({
      code: 'FEED_UNREACHABLE',
      data: { reason: 'idle-timeout' },
    });
  });

  it('does not hurry a slow reader', async () => {
    server.serve('/a', 'x'.repeat(300_000));
    const response = await client({ timeouts: { idle: 40 } }).request(`${server.url}/a`);
    let length = 0;
    for await (const chunk of response.body) {
      if (length === 0) await new Promise((resolve) => setTimeout(resolve, 120));
      length += chunk.length;
    }
    expect(length).toBe(300_000);
  });

  it('stops when it is told to: before the answer, and in the body', async () => {
    server.serve('/a', content);
    server.always('/silent', { kind: 'silence' });
    server.always('/a', { kind: 'stall', bytes: 10 });
    const first = new AbortController();
    const asked = client().request(`${server.url}/silent`, { signal: first.signal });
    setTimeout(() => first.abort(), 20);
    await expect(asked).rejects.toMatchObject({ code: 'ABORTED' });

    const second = new AbortController();
    const response = await client().request(`${server.url}/a`, { signal: second.signal });
    setTimeout(() => second.abort(), 20);
    await expect(readAll(response.body, { max: 1e6, what: 'body' })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('trying again', () => {
  it.each([408, 429, 500, 502, 503, 504])('asks again after %i', async (status) => {
    server.serve('/a', content);
    server.script('/a', { kind: 'status', status });
    await expect(textAt(client(), '/a')).resolves.toBe(content);
    expect(server.count('/a')).toBe(2);
  });

  it.each([400, 401, 403, 404, 410, 501])('takes %i for an answer', async (status) => {
    server.always('/a', { kind: 'status', status });
    const response = await client().request(`${server.url}/a`);
    response.discard();
    expect([response.status, server.count('/a')]).toEqual([status, 1]);
  });

  it('asks again when the connection breaks, and gives up in the end', async () => {
    server.serve('/a', content);
    server.script('/a', { kind: 'reset' }, { kind: 'reset' });
    await expect(textAt(client(), '/a')).resolves.toBe(content);
    server.always('/b', { kind: 'reset' });
    await expect(client().request(`${server.url}/b`)).rejects.toMatchObject({ code: 'FEED_UNREACHABLE' });
    expect([server.count('/a'), server.count('/b')]).toEqual([3, 3]);
  });

  it('gives the last answer when all tries failed', async () => {
    server.always('/a', { kind: 'status', status: 503 });
    const response = await client({ retry: { baseDelay: 1, retries: 4 } }).request(`${server.url}/a`);
    response.discard();
    expect([response.status, server.count('/a')]).toEqual([503, 5]);
  });

  it('waits as long as the server asks, and not for one that asks too much', async () => {
    server.serve('/a', content);
    server.script('/a', { kind: 'status', status: 429, headers: { 'retry-after': '1' } });
    const before = Date.now();
    await textAt(client(), '/a');
    expect(Date.now() - before).toBeGreaterThanOrEqual(990);

    server.always('/b', { kind: 'status', status: 429, headers: { 'retry-after': '3600' } });
    const response = await client().request(`${server.url}/b`);
    response.discard();
    expect([response.status, server.count('/b')]).toEqual([429, 1]);
  });

  it('refuses a port where nobody listens', async () => {
    const other = await FeedServer.start();
    const { url, port } = other;
    await other[Symbol.asyncDispose]();
    await expect(client({ allowedHosts: [`127.0.0.1:${port}`] }).request(url)).rejects.toMatchObject({
      code: 'FEED_UNREACHABLE',
      data: { reason: 'ECONNREFUSED' },
    });
  });
});

describe('redirects', () => {
  it('follows them, relative ones too', async () => {
    server.serve('/c', content);
    server.always('/a', { kind: 'redirect', location: `${server.url}/x/b`, status: 301 });
    server.always('/x/b', { kind: 'redirect', location: '../c', status: 308 });
    await expect(textAt(client(), '/a')).resolves.toBe(content);
  });

  it('gives up on a circle', async () => {
    server.always('/a', { kind: 'redirect', location: '/a' });
    await expect(client().request(`${server.url}/a`)).rejects.toMatchObject({ code: 'FEED_REDIRECT' });
    expect(server.count('/a')).toBe(6);
  });

  it.each(['ftp://a.example/', 'file:///etc/passwd', 'http://', 'javascript:1'])('does not go to %s', async (location) => {
    server.always('/a', { kind: 'redirect', location });
    await expect(client().request(`${server.url}/a`)).rejects.toMatchObject({ code: 'FEED_REDIRECT' });
  });

  it.each([
    'http://127.0.0.2:1/',
    'http://localhost:1/',
    'http://[::1]:1/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://0x7f000001/',
    'https://[::ffff:127.0.0.1]/',
    'https://localhost/',
  ])('refuses to go to %s', async (location) => {
    server.always('/a', { kind: 'redirect', location });
    await expect(client().request(`${server.url}/a`)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it('refuses another port of the host that the user typed', async () => {
    await using other = await FeedServer.start();
    server.always('/a', { kind: 'redirect', location: `${other.url}/secret` });
    await expect(client().request(`${server.url}/a`)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(other.requests).toEqual([]);
  });

  it('refuses plain http to another machine', async () => {
    server.always('/a', { kind: 'redirect', location: 'http://feeds.example/' });
    await expect(client().request(`${server.url}/a`)).rejects.toMatchObject({ code: 'ADDRESS_INSECURE' });
  });

  it('shows credentials to no other origin', async () => {
    await using other = await FeedServer.start();
    other.serve('/b', 'b');
    server.serve('/same', 'same');
    server.always('/a', { kind: 'redirect', location: `${other.url}/b` });
    server.always('/here', { kind: 'redirect', location: '/same' });
    const http = client({ allowedHosts: [`127.0.0.1:${server.port}`, `127.0.0.1:${other.port}`] });
    const headers = { authorization: 'Bearer t', cookie: 'c=1', 'x-other': 'kept' };
    for (const path of ['/a', '/here']) (await http.request(`${server.url}${path}`, { headers })).discard();
    const [away] = other.requests;
    expect([away?.headers.authorization, away?.headers.cookie, away?.headers['x-other']]).toEqual([undefined, undefined, 'kept']);
    expect(server.requests.find(({ path }) => path === '/same')?.headers.authorization).toBe('Bearer t');
  });
});

describe('addresses', () => {
  it('refuses private addresses that nobody typed', async () => {
    server.serve('/a', content);
    const http = client({ allowedHosts: [] });
    await expect(http.request(`${server.url}/a`)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(server.requests).toEqual([]);
  });

  it('looks at the address behind a name, when it is connected to', async () => {
    const http = client({ allowedHosts: [] });
    await expect(http.request(`http://localhost:${server.port}/a`)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    await expect(http.request(`https://localhost:${server.port}/a`)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(server.requests).toEqual([]);
  });

  it('lets a typed name be private', async () => {
    server.serve('/a', content);
    const response = await client({ allowedHosts: [`localhost:${server.port}`] }).request(`http://localhost:${server.port}/a`);
    response.discard();
    expect(response.status).toBe(200);
  });

  it('keeps credentials of a URL out of errors, and sends them as a header', async () => {
    server.serve('/a', content);
    const withUser = server.url.replace('http://', 'http://me:s%C3%A9cret@');
    (await client().request(`${withUser}/a`)).discard();
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:sécret').toString('base64')}`);
    server.always('/b', { kind: 'reset' });
    const error: unknown = await client()
      .request(`${withUser}/b?token=abc`)
      .catch((caught: unknown) => caught);
    expect(JSON.stringify((error as { data: unknown }).data)).not.toMatch(/cret|token/);
  });
});

describe('raw bodies', () => {
  it('are asked for without a coding, and stay as they are', async () => {
    const packed = gzipSync(content);
    server.serve('/a', { body: packed, headers: { 'content-encoding': 'gzip' } });
    const response = await client().request(`${server.url}/a`, { body: 'raw' });
    expect(response.size).toBe(packed.length);
    expect(Buffer.compare(await readAll(response.body, { max: 1e6, what: 'body' }), packed)).toBe(0);
    expect(server.requests[0]?.headers['accept-encoding']).toBe('identity');
  });
});

describe('headers of several values', () => {
  it('are sent one by one, and kept from other origins where they are secret', async () => {
    await using other = await FeedServer.start();
    other.serve('/b', 'b');
    server.always('/a', { kind: 'redirect', location: `${other.url}/b` });
    const http = client({ allowedHosts: [`127.0.0.1:${server.port}`, `127.0.0.1:${other.port}`] });
    const headers = { authorization: ['Bearer t'], cookie: ['a=1', 'b=2'], 'x-many': ['1', '2'] };
    (await http.request(`${server.url}/a`, { headers })).discard();
    const sent = [...server.requests, ...other.requests].map((seen) => [
      seen.headers.authorization,
      seen.headers.cookie,
      seen.headers['x-many'],
    ]);
    expect(sent).toEqual([
      ['Bearer t', 'a=1; b=2', '1, 2'],
      [undefined, undefined, '1, 2'],
    ]);
  });
});

describe('a look-up of names', () => {
  const toLoopback = { address: '127.0.0.1', family: 4 };

  it('leaves out the private addresses of a name', async () => {
    server.serve('/a', content);
    const asked: string[] = [];
    const lookup = async (hostname: string): Promise<{ address: string; family: number }[]> => {
      asked.push(hostname);
      return [toLoopback, { address: 'fe80::1', family: 6 }];
    };
    const options = { lookup, insecure: true, allowedHosts: [] };
    const url = `http://feeds.example:${server.port}/a`;
    await expect(client(options).request(url)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED', data: { host: 'feeds.example' } });
    expect([asked, server.requests]).toEqual([['feeds.example'], []]);
    (await client({ ...options, allowedHosts: [`feeds.example:${server.port}`] }).request(url)).discard();
    (await client({ ...options, privateAddresses: 'allow' }).request(url)).discard();
    expect(server.requests.length).toBe(2);
  });

  it('that finds nothing is not tried again', async () => {
    let asked = 0;
    const lookup = async (): Promise<never> => {
      asked += 1;
      throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    };
    const failing = client({ lookup, insecure: true }).request('http://feeds.example/');
    await expect(failing).rejects.toMatchObject({ code: 'FEED_UNREACHABLE', data: { reason: 'ENOTFOUND' } });
    expect(asked).toBe(1);
  });
});

describe('proxies', () => {
  it('asks through the proxy that the environment names, which may be private', async () => {
    await using proxy = await FeedServer.start();
    proxy.serve('http://feeds.example/a', 'through the proxy');
    const http = client({ allowedHosts: [], insecure: true, environment: { http_proxy: proxy.url } });
    const response = await http.request('http://feeds.example/a');
    expect(new TextDecoder().decode(await readAll(response.body, { max: 100, what: 'body' }))).toBe('through the proxy');
  });

  it('never asks a proxy for this machine', async () => {
    server.serve('/a', content);
    await expect(textAt(client({ environment: { http_proxy: 'http://127.0.0.1:1' } }), '/a')).resolves.toBe(content);
  });
});
