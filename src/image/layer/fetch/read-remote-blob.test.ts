import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClaircoreError } from '../../../core/index.ts';
import { createHttpClient, silentLogger, type HttpClient, type HttpClientOptions, type Logger } from '../../../runtime/index.ts';
import { BlobServer, type BlobOptions, type ServedBlob } from '../../../testing/blob-server.ts';
import type { ScriptedAnswer } from '../../../testing/scripted-answer.ts';
import { parseBlobAddress } from './blob-address.ts';
import { readRemoteBlob, type ReadRemoteBlobOptions } from './read-remote-blob.ts';

const runs = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 40);
const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) & 255);
const retry = { retries: 3, baseDelay: 1, maxDelay: 60_000 };

let server: BlobServer;
let clients: HttpClient[];
beforeEach(async () => {
  server = await BlobServer.start();
  clients = [];
});
afterEach(async () => {
  for (const client of clients) await client[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

function clientWith(options: HttpClientOptions = {}): HttpClient {
  const client = createHttpClient({
    allowedHosts: [server.host],
    environment: {},
    retry,
    timeouts: { connect: 500, headers: 500, idle: 100 },
    ...options,
  });
  clients.push(client);
  return client;
}

type Asked = Partial<ReadRemoteBlobOptions> & { readonly uri?: string; readonly headers?: Readonly<Record<string, readonly string[]>> };

async function fetchBlob(blob: ServedBlob, { uri = blob.uri, headers = {}, ...options }: Asked = {}): Promise<Uint8Array> {
  const http = options.http ?? clientWith();
  const address = parseBlobAddress({ digest: blob.digest, uri, headers });
  const chunks: Uint8Array[] = [];
  const stream = readRemoteBlob(address, { retry, limit: 10_000_000, logger: silentLogger, size: blob.size, ...options, http });
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The error of a blob that cannot be fetched. */
async function failureOf(blob: ServedBlob, asked: Asked = {}): Promise<ClaircoreError> {
  try {
    await fetchBlob(blob, asked);
  } catch (error) {
    if (error instanceof ClaircoreError) return error as ClaircoreError;
    throw error;
  }
  throw new Error('it did not fail');
}

async function untilIdle({ path }: ServedBlob): Promise<void> {
  for (let waits = 0; server.running(path) > 0 && waits < 100; waits += 1) await new Promise((resolve) => void setTimeout(resolve, 5));
  expect(server.running(path)).toBe(0);
}

function rangesOf(blob: ServedBlob): readonly (string | undefined)[] {
  return server.requests.filter(({ path }) => path === blob.path).map(({ headers }) => headers.range);
}

describe('a transfer that breaks off', () => {
  const cut: ScriptedAnswer = { kind: 'truncate', bytes: 100_000 };

  it('is resumed where it broke, if it is the same blob still', async () => {
    const blob = server.add(bytes);
    server.script(blob.path, cut, { kind: 'truncate', bytes: 50_000 });
    expect(await fetchBlob(blob)).toEqual(Buffer.from(bytes));
    expect(rangesOf(blob)).toEqual([undefined, 'bytes=100000-', 'bytes=150000-']);
    expect(server.requests[1]?.headers['if-range']).toBe(`"${blob.digest}"`);
    expect(server.bytesSent(blob.path)).toBe(bytes.length);
  });

  it('is resumed when nothing comes any more', async () => {
    const blob = server.add(bytes);
    server.script(blob.path, { kind: 'stall', bytes: 70_000 });
    expect(await fetchBlob(blob)).toEqual(Buffer.from(bytes));
    expect(rangesOf(blob)).toEqual([undefined, 'bytes=70000-']);
  });

  it.each<[string, BlobOptions]>([
    ['a server that knows no ranges', { ranges: 'ignored' }],
    ['a server without tags', { etag: 'none' }],
    ['a server whose tag is weak', { etag: 'W/"a"' }],
    ['a server that says no length', { length: 'unknown' }],
    ['a server without tags, ranges and length', { etag: 'none', ranges: 'ignored', length: 'unknown' }],
    ['a server that packs what is packed', { encoding: 'gzip' }],
  ])('is gone on with from %s', async (_, options) => {
    const blob = server.add(bytes, options);
    const whole = await fetchBlob(blob, { size: undefined });
    server.script(blob.path, { kind: 'truncate', bytes: 500 }, { kind: 'truncate', bytes: 600 });
    expect(await fetchBlob(blob, { size: undefined })).toEqual(whole);
    expect(server.count(blob.path)).toBe(4);
  });

  it('is resumed by a date that is strong', async () => {
    const lastModified = 'Wed, 01 May 2024 12:00:00 GMT';
    const blob = server.add(bytes, { etag: 'none', lastModified });
    server.script(blob.path, cut);
    expect(await fetchBlob(blob)).toEqual(Buffer.from(bytes));
    expect(server.requests[1]?.headers['if-range']).toBe(lastModified);
  });

  it.each<[string, BlobOptions, Uint8Array]>([
    ['by its tag', {}, bytes.map((byte) => byte ^ 1)],
    ['by its tag alone', { ranges: 'ignored' }, bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte))],
    ['by its length', { etag: 'none' }, bytes.subarray(0, 200_000)],
    ['by its beginning', { etag: 'none', ranges: 'ignored' }, bytes.map((byte, index) => (index === 5 ? byte ^ 1 : byte))],
    ['by being shorter than what came', { etag: 'none', length: 'unknown' }, bytes.subarray(0, 10)],
    ['by its end, without ranges', { etag: 'none', length: 'unknown', ranges: 'ignored' }, bytes.subarray(0, 10)],
  ])('is given up when the blob was changed meanwhile: seen %s', async (_, options, other) => {
    const blob = server.add(bytes, options);
    server.script(blob.path, cut);
    const held = clientWith();
    let requests = 0;
    const http = {
      request: (...asked: Parameters<HttpClient['request']>) => {
        requests += 1;
        if (requests === 2) server.add(other, { ...options, path: blob.path });
        return held.request(...asked);
      },
    };
    expect(await failureOf(blob, { http, size: undefined })).toMatchObject({
      code: 'LAYER_CHANGED',
      data: { host: server.host, path: blob.path, bytes: 100_000 },
    });
  });

  it('takes the whole when the server gives another range than was asked for', async () => {
    const blob = server.add(bytes);
    server.script(blob.path, cut, { kind: 'status', status: 206, headers: { 'content-range': `bytes 7-9/${bytes.length}` } });
    expect(await fetchBlob(blob)).toEqual(Buffer.from(bytes));
    expect(rangesOf(blob)).toEqual([undefined, 'bytes=100000-', undefined]);
  });

  it('is over when it broke behind the last byte', async () => {
    const blob = server.add(bytes, { length: 'unknown' });
    server.script(blob.path, { kind: 'truncate', bytes: bytes.length });
    expect(await fetchBlob(blob)).toEqual(Buffer.from(bytes));
    expect(rangesOf(blob)).toEqual([undefined, `bytes=${bytes.length}-`]);
  });

  it('is given up after some tries without headway', async () => {
    const blob = server.add(bytes);
    server.always(blob.path, { kind: 'truncate', bytes: 10 });
    expect(await failureOf(blob)).toMatchObject({ code: 'LAYER_UNREACHABLE', data: { reason: 'ended early', bytes: 40 } });
    expect(server.count(blob.path)).toBe(4);
  });

  it('has all its tries again after each MiB', async () => {
    const large = new Uint8Array(6 * 1024 * 1024).fill(5);
    const blob = server.add(large);
    server.always(blob.path, { kind: 'truncate', bytes: 1_100_000 });
    const read = await fetchBlob(blob, { retry: { ...retry, retries: 1 } });
    expect(read.length).toBe(large.length);
    expect(server.count(blob.path)).toBe(6);
  });

  it('gives the same bytes wherever and however often it breaks', async () => {
    const breaks = fc.array(fc.oneof(fc.nat(3000), fc.nat(3)), { maxLength: 3 });
    const small = bytes.subarray(0, 5000);
    const http = clientWith();
    let cases = 0;
    await fc.assert(
      fc.asyncProperty(
        breaks,
        fc.constantFrom('given', 'ignored'),
        fc.constantFrom('declared', 'unknown'),
        async (cuts, ranges, length) => {
          // What is left of a script would be for the next case: each has its own path.
          const blob = server.add(small, { ranges, length, path: `/small-${(cases += 1)}` });
          server.script(blob.path, ...cuts.map((count) => ({ kind: 'truncate', bytes: count }) as const));
          expect(await fetchBlob(blob, { http })).toEqual(Buffer.from(small));
        },
      ),
      { numRuns: runs },
    );
  });
});

describe('answers', () => {
  it.each([
    [401, 'LAYER_DENIED'],
    [403, 'LAYER_DENIED'],
    [404, 'LAYER_NOT_FOUND'],
    [410, 'LAYER_NOT_FOUND'],
    [204, 'LAYER_STATUS'],
    [304, 'LAYER_STATUS'],
    [400, 'LAYER_STATUS'],
    [416, 'LAYER_STATUS'],
    [501, 'LAYER_STATUS'],
  ])('%i is %s, at once, with host and path and no more', async (status, code) => {
    const blob = server.add(bytes);
    server.always(blob.path, { kind: 'status', status });
    const error = await failureOf(blob, { uri: `${blob.uri}?token=hidden#part`, headers: { authorization: ['Bearer hidden'] } });
    expect(error).toMatchObject({ code, data: { host: server.host, path: blob.path, status } });
    expect(server.count(blob.path)).toBe(1);
    expect(JSON.stringify([error.data, String(error.cause)])).not.toContain('hidden');
  });

  it.each([429, 500, 503])('%i is asked again, and told when it stays', async (status) => {
    const blob = server.add(bytes);
    server.script(blob.path, { kind: 'status', status });
    expect((await fetchBlob(blob)).length).toBe(bytes.length);
    server.always(blob.path, { kind: 'status', status });
    expect(await failureOf(blob)).toMatchObject({ code: 'LAYER_STATUS', data: { status } });
    expect(server.count(blob.path)).toBe(2 + 4);
  });

  it.each([
    ['in seconds', () => '1'],
    ['as a date', () => new Date(Date.now() + 2000).toUTCString()],
  ])('Retry-After %s is kept to', async (_, value) => {
    const blob = server.add(bytes);
    server.script(blob.path, { kind: 'status', status: 429, headers: { 'retry-after': value() } });
    const began = performance.now();
    expect((await fetchBlob(blob)).length).toBe(bytes.length);
    expect(performance.now() - began).toBeGreaterThan(900);
  });

  it('who asks to come back in an hour is not asked again', async () => {
    const blob = server.add(bytes);
    server.always(blob.path, { kind: 'status', status: 503, headers: { 'retry-after': '3600' } });
    expect(await failureOf(blob)).toMatchObject({ code: 'LAYER_STATUS' });
    expect(server.count(blob.path)).toBe(1);
  });

  it('identity is asked for, and what is coded all the same stays as it is', async () => {
    const blob = server.add(bytes, { encoding: 'gzip' });
    const read = await fetchBlob(blob, { size: undefined });
    expect([...read.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
    expect(server.requests[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('the size is what was declared, be it told before or only known at the end', async () => {
    for (const length of ['declared', 'unknown'] as const) {
      const blob = server.add(bytes, { length, path: `/${length}` });
      for (const size of [bytes.length - 1, bytes.length + 1]) {
        expect(await failureOf(blob, { size })).toMatchObject({ code: 'LAYER_SIZE_MISMATCH', data: { declared: size } });
      }
    }
  });

  it('an answer that will not do is let go of', async () => {
    const blob = server.add(bytes);
    server.always(blob.path, { kind: 'stall', bytes: 10 });
    expect(await failureOf(blob, { size: 5, http: clientWith({ timeouts: {} }) })).toMatchObject({ code: 'LAYER_SIZE_MISMATCH' });
    await untilIdle(blob);
  });

  it('nothing is larger than the limit', async () => {
    for (const length of ['declared', 'unknown'] as const) {
      const blob = server.add(bytes, { length, path: `/${length}` });
      expect(await failureOf(blob, { limit: 1000, size: undefined })).toMatchObject({ code: 'LIMIT_LAYER_SIZE', data: { limit: 1000 } });
    }
  });

  it('an empty blob is one', async () => {
    expect((await fetchBlob(server.add(new Uint8Array()))).length).toBe(0);
  });

  it('a server that is not there, and one that never answers', async () => {
    const blob = server.add(bytes);
    const away = { uri: `http://127.0.0.1:1/blob?token=hidden`, http: clientWith({ allowedHosts: ['127.0.0.1:1'] }) };
    const error = await failureOf(blob, away);
    expect(error).toMatchObject({ code: 'LAYER_UNREACHABLE', data: { host: '127.0.0.1:1', path: '/blob', reason: 'ECONNREFUSED' } });
    server.always(blob.path, { kind: 'silence' });
    const silent = clientWith({ timeouts: { headers: 50 }, retry: { retries: 1, baseDelay: 1 } });
    expect(await failureOf(blob, { http: silent })).toMatchObject({ code: 'LAYER_UNREACHABLE', data: { reason: 'headers-timeout' } });
    expect(server.count(blob.path)).toBe(2);
  });
});

describe('where a blob may be', () => {
  it.each([
    'http://127.0.0.1:9/',
    'http://localhost:9/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::ffff:169.254.169.254]/',
    'https://[::1]/',
    'https://[fd00:ec2::254]/',
    'https://0.0.0.0/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://168.63.129.16/',
  ])('not at %s', async (uri) => {
    expect(await failureOf(server.add(bytes), { uri })).toMatchObject({ code: 'ADDRESS_REFUSED', kind: 'feed' });
    expect(server.requests).toEqual([]);
  });

  it('not at a name that stands for a private address, whatever else it stands for', async () => {
    const blob = server.add(bytes);
    const uri = `https://blobs.example:${server.port}${blob.path}`;
    for (const address of ['127.0.0.1', '10.1.2.3', '169.254.169.254', '0.0.0.0']) {
      const http = clientWith({ lookup: async () => [{ address, family: 4 }] });
      expect(await failureOf(blob, { uri, http })).toMatchObject({ code: 'ADDRESS_REFUSED' });
    }
    const mapped = clientWith({ lookup: async () => [{ address: '::ffff:127.0.0.1', family: 6 }] });
    expect(await failureOf(blob, { uri, http: mapped })).toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(server.requests).toEqual([]);
  });

  it('at a name with a private address, where the name is allowed, or all are', async () => {
    const blob = server.add(bytes);
    const uri = `http://blobs.example:${server.port}${blob.path}`;
    const lookup = async (): Promise<{ address: string; family: number }[]> => [{ address: '127.0.0.1', family: 4 }];
    for (const allowed of [{ allowedHosts: [`blobs.example:${server.port}`] }, { allowedHosts: [], privateAddresses: 'allow' as const }]) {
      expect((await fetchBlob(blob, { uri, http: clientWith({ lookup, insecure: true, ...allowed }) })).length).toBe(bytes.length);
    }
    expect(await failureOf(blob, { uri, http: clientWith({ lookup, privateAddresses: 'allow' }) })).toMatchObject({
      code: 'ADDRESS_INSECURE',
    });
  });

  it('not where a redirect leads, if it may not be asked there', async () => {
    await using other = await BlobServer.start();
    const blob = server.add(bytes);
    for (const location of [`${other.url}/secret`, 'https://169.254.169.254/latest', 'http://[::1]/']) {
      server.script(blob.path, { kind: 'redirect', location });
      expect(await failureOf(blob)).toMatchObject({ code: 'ADDRESS_REFUSED' });
    }
    server.script(blob.path, { kind: 'redirect', location: 'http://blobs.example/' });
    expect(await failureOf(blob)).toMatchObject({ code: 'ADDRESS_INSECURE' });
    expect(other.requests).toEqual([]);
  });

  it('behind redirects, without what is secret, and resumed from the beginning of them', async () => {
    await using other = await BlobServer.start();
    const blob = server.add(bytes);
    other.add(bytes, { path: '/elsewhere' });
    other.script('/elsewhere', { kind: 'truncate', bytes: 1000 });
    server.always(blob.path, { kind: 'redirect', location: `${other.url}/elsewhere?signature=1`, status: 307 });
    const http = clientWith({ allowedHosts: [server.host, other.host] });
    const headers = { authorization: ['Bearer t'], cookie: ['c=1'], 'x-kept': ['1', '2'] };
    expect((await fetchBlob(blob, { http, headers })).length).toBe(bytes.length);
    expect(other.requests.map(({ headers: sent }) => [sent.authorization, sent.cookie, sent['x-kept'], sent.range])).toEqual([
      [undefined, undefined, '1, 2', undefined],
      [undefined, undefined, '1, 2', 'bytes=1000-'],
    ]);
    expect(server.requests.map(({ headers: sent }) => sent.authorization)).toEqual(['Bearer t', 'Bearer t']);
  });

  it('not behind a circle of redirects', async () => {
    const blob = server.add(bytes);
    server.always(blob.path, { kind: 'redirect', location: `${blob.path}?token=hidden` });
    const error = await failureOf(blob);
    expect(error).toMatchObject({ code: 'LAYER_UNREACHABLE', data: { host: server.host, path: blob.path } });
    expect(JSON.stringify([error.data, error.cause])).not.toContain('hidden');
  });
});

describe('a proxy of the environment', () => {
  it('is asked for what is elsewhere, in parts too', async () => {
    await using proxy = await BlobServer.start();
    const blob = proxy.add(bytes, { path: 'http://blobs.example/base' });
    proxy.script(blob.path, { kind: 'truncate', bytes: 1000 });
    const http = clientWith({ insecure: true, environment: { http_proxy: proxy.url } });
    expect((await fetchBlob(blob, { uri: 'http://blobs.example/base', http })).length).toBe(bytes.length);
    expect(proxy.requests.map(({ headers }) => [headers.host, headers.range])).toEqual([
      ['blobs.example', undefined],
      ['blobs.example', 'bytes=1000-'],
    ]);
  });

  it('is not a way to private addresses', async () => {
    await using proxy = await BlobServer.start();
    const http = clientWith({ insecure: true, environment: { http_proxy: proxy.url, https_proxy: proxy.url } });
    for (const uri of ['http://169.254.169.254/latest', 'https://10.0.0.1/']) {
      expect(await failureOf(server.add(bytes), { uri, http })).toMatchObject({ code: 'ADDRESS_REFUSED' });
    }
    expect(proxy.requests).toEqual([]);
  });
});

describe('aborting', () => {
  it.each<[string, ScriptedAnswer]>([
    ['before the head of the answer', { kind: 'silence' }],
    ['in the middle of the body', { kind: 'stall', bytes: 1000 }],
    ['between slow pieces', { kind: 'trickle', bytes: 10, delay: 5 }],
    ['while it waits to ask again', { kind: 'status', status: 503, headers: { 'retry-after': '30' } }],
    ['while it waits to resume', { kind: 'truncate', bytes: 1000 }],
  ])('%s ends it, and the connection', async (_, answer) => {
    const blob = server.add(bytes);
    server.always(blob.path, answer);
    const controller = new AbortController();
    const slow = { retry: { retries: 3, baseDelay: 30_000, maxDelay: 60_000 }, http: clientWith({ timeouts: {} }) };
    const failing = failureOf(blob, { ...slow, signal: controller.signal });
    const timer = setTimeout(() => controller.abort(), 60);
    expect(await failing).toMatchObject({ code: 'ABORTED' });
    clearTimeout(timer);
    await untilIdle(blob);
    expect(server.count(blob.path)).toBe(1);
  });

  it('a reader that leaves ends the connection', async () => {
    const blob = server.add(bytes);
    server.always(blob.path, { kind: 'trickle', bytes: 10, delay: 5 });
    const http = clientWith();
    const address = parseBlobAddress({ digest: blob.digest, uri: blob.uri });
    for await (const chunk of readRemoteBlob(address, { http, retry, limit: 1e7, logger: silentLogger })) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await untilIdle(blob);
  });
});

describe('what is logged', () => {
  it('is host and path, never the query, a header or a credential', async () => {
    const lines: string[] = [];
    const logger: Logger = { log: (level, message, attributes) => void lines.push(JSON.stringify([level, message, attributes])) };
    const blob = server.add(bytes);
    server.script(blob.path, { kind: 'status', status: 503 }, { kind: 'truncate', bytes: 1000 });
    const uri = `${blob.uri.replace('http://', 'http://user:hidden-password@')}?token=hidden-token`;
    await fetchBlob(blob, { uri, headers: { 'x-secret': ['hidden-value'] }, http: clientWith({ logger }), logger });
    expect(lines.length).toBe(2);
    expect(lines.join('')).toContain(blob.path);
    expect(lines.join('')).not.toContain('hidden');
    expect(server.requests[0]?.headers['x-secret']).toBe('hidden-value');
  });

  it('a user name that is no percent code is sent as it stands', async () => {
    const blob = server.add(bytes);
    await fetchBlob(blob, { uri: blob.uri.replace('http://', 'http://a%zz:b@') });
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('a%zz:b').toString('base64')}`);
  });
});
