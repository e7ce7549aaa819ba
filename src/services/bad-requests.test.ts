import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IndexReport, Manifest } from '../core/index.ts';
import { anyPort, LogLines, post } from './daemon.fixture.ts';
import type { HttpDaemon } from './http/index.ts';
import { createLibindexHttp } from './libindex-http.ts';
import { createLibvulnHttp } from './libvuln-http.ts';

const hash = `sha256:${'a'.repeat(64)}`;
const layer = {
  hash: `sha256:${'b'.repeat(64)}`,
  format: '',
  image_format: '',
  remote_path: { uri: 'https://x.example/b', headers: null },
};
const log = new LogLines();
const asked: Manifest[] = [];
/** Nothing may reach them. */
const libindex = {
  index: (manifest: Manifest): Promise<IndexReport> => {
    asked.push(manifest);
    return Promise.reject(new Error('index was reached'));
  },
  indexReport: () => Promise.resolve(undefined),
};
const libvuln = { scan: () => Promise.reject(new Error('scan was reached')), status: () => Promise.resolve([]) };
const limits = { manifestLimit: 4096, reportLimit: 4096, requestTimeout: 1_000, logger: log };
const daemons = { libindex: createLibindexHttp({ libindex, ...limits }), libvuln: createLibvulnHttp({ libvuln, ...limits }) };
type Name = keyof typeof daemons;
let urls: Record<Name, string>;
let ports: Record<Name, number>;

beforeAll(async () => {
  const listen = async (daemon: HttpDaemon) => await daemon.listen(anyPort);
  const [one, other] = [await listen(daemons.libindex), await listen(daemons.libvuln)];
  urls = { libindex: one.url, libvuln: other.url };
  ports = { libindex: one.port, libvuln: other.port };
});
afterAll(async () => {
  await Promise.all(Object.values(daemons).map((daemon) => daemon[Symbol.asyncDispose]()));
});

/** Every problem is one: nothing but these members, no stack, an id to find it by. */
async function problem(response: Response): Promise<{ status: number; code: unknown; additional?: Record<string, unknown> }> {
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(response.headers.get('x-request-id')).toMatch(/^[\w.:/+=-]{1,128}$/);
  const text = await response.text();
  expect(text).not.toMatch(/\bat \S+ \(|\.ts\b|node_modules|stack/);
  const json = JSON.parse(text) as Record<string, unknown>;
  expect(Object.keys(json).filter((key) => !['code', 'message', 'additional'].includes(key))).toEqual([]);
  expect(json['message']).toMatch(/\S/);
  return {
    status: response.status,
    code: json['code'],
    ...(json['additional'] !== undefined && { additional: json['additional'] as Record<string, unknown> }),
  };
}

const routes: readonly [Name, string, string][] = [
  ['libindex', '/index', 'POST'],
  ['libindex', `/index_report/${hash}`, 'GET, HEAD'],
  ['libindex', '/healthz', 'GET, HEAD'],
  ['libvuln', '/scan', 'POST'],
  ['libvuln', '/healthz', 'GET, HEAD'],
];

describe('a method that a route does not have', () => {
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY'];
  it.each(
    routes.flatMap(([name, path, allow]) =>
      methods.filter((method) => !allow.split(', ').includes(method)).map((method) => [method, name, path, allow] as const),
    ),
  )('%s %s%s', async (method, name, path, allow) => {
    const body = ['GET', 'OPTIONS'].includes(method) ? {} : { body: 'not json', headers: { 'content-type': 'text/plain' } };
    for (const form of [path, `${path}/`]) {
      const response = await fetch(`${urls[name]}${form}`, { method, ...body });
      expect(response.headers.get('allow')).toBe(allow);
      expect(await problem(response)).toEqual({ status: 405, code: 'method-not-allowed' });
    }
  });

  it('HEAD of what is posted to has no body', async () => {
    const response = await fetch(`${urls.libindex}/index`, { method: 'HEAD' });
    expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([405, 'POST', '']);
  });
});

describe('a path that there is not', () => {
  it.each<[Name, string]>([
    ['libindex', '/'],
    ['libindex', '/index_reports'],
    ['libindex', `/index_report/${hash}/x`],
    ['libindex', '/scan'],
    ['libindex', '/INDEX'],
    ['libindex', '/index/../indexes'],
    ['libvuln', '/index'],
    ['libvuln', '/constructor'],
  ])('%s%s', async (name, path) => {
    expect(await problem(await fetch(`${urls[name]}${path}`))).toEqual({ status: 404, code: 'not-found' });
  });

  it.each(['/index_report', '/index_report/'])('%s without a hash is 400', async (path) => {
    expect(await problem(await fetch(`${urls.libindex}${path}`))).toEqual({ status: 400, code: 'bad-request' });
    expect(await problem(await fetch(`${urls.libindex}${path}`, { method: 'POST' }))).toEqual({ status: 405, code: 'method-not-allowed' });
  });

  it('that is not even a path', async () => {
    expect(await problem(await fetch(`${urls.libindex}/index_report/%zz`))).toEqual({ status: 400, code: 'bad-request' });
  });
});

const targets: readonly [Name, string][] = [
  ['libindex', '/index'],
  ['libvuln', '/scan'],
];

describe.each(targets)('a body that %s%s cannot take', (name, path) => {
  const send = (
    body: string | Uint8Array<ArrayBuffer> | undefined,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ): Promise<Response> => fetch(`${urls[name]}${path}`, { method: 'POST', headers, ...(body !== undefined && { body }) });

  it.each<[string, string | Uint8Array<ArrayBuffer> | undefined]>([
    ['nothing', undefined],
    ['an empty text', ''],
    ['half of an object', '{"hash": "sha256:'],
    ['text', 'hello'],
    ['two values', '{}{}'],
    ['a list', '[]'],
    ['a number', '1'],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['bytes that are not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ['deep nesting', '['.repeat(2_000)],
    ['a prototype', '{"__proto__": {"hash": "x"}}'],
    ['a constructor', '{"constructor": {"prototype": {}}}'],
  ])('%s', async (_what, body) => {
    expect(await problem(await send(body))).toMatchObject({ status: 400, code: 'bad-request' });
  });

  it.each<[string, Record<string, string>]>([
    ['text', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['in another encoding', { 'content-type': 'application/json; charset=utf-16' }],
    ['compressed', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
    ['of a type that is none', { 'content-type': 'json' }],
  ])('%s', async (_what, headers) => {
    expect(await problem(await send('{}', headers))).toEqual({ status: 415, code: 'unsupported-media-type' });
  });

  it('huge, with its length told', async () => {
    expect(await problem(await send(`{"x": "${'a'.repeat(8_000)}"}`))).toEqual({ status: 413, code: 'payload-too-large' });
  });

  it('huge, in chunks', async () => {
    const body = new ReadableStream({
      start(controller) {
        for (let index = 0; index < 10; index += 1) controller.enqueue(new TextEncoder().encode('a'.repeat(1_000)));
        controller.close();
      },
    });
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' } as RequestInit;
    expect(await problem(await fetch(`${urls[name]}${path}`, init))).toEqual({ status: 413, code: 'payload-too-large' });
  });

  it('cut off', async () => {
    const head = `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"hash"`;
    const answer = await raw(ports[name], head, { end: true });
    expect(answer === '' || answer.startsWith('HTTP/1.1 400')).toBe(true);
  });

  it('that comes by drops is given up in time', async () => {
    const head = `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{`;
    const answer = await raw(ports[name], head, { end: false });
    expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request-timeout"/);
  });
});

describe('headers that are unusual', () => {
  it('no host: refused as every other bad request', async () => {
    const answer = await raw(ports.libindex, 'GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n', { end: false });
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"bad-request"/);
  });

  it('an expectation that nobody knows: passed over', async () => {
    const text = 'GET /healthz HTTP/1.1\r\nhost: x\r\nexpect: cake\r\nconnection: close\r\n\r\n';
    expect(await raw(ports.libindex, text, { end: false })).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('an offer of another protocol: not taken', async () => {
    const text = 'GET /healthz HTTP/1.1\r\nhost: x\r\nupgrade: h2c\r\nconnection: upgrade, close\r\n\r\n';
    expect(await raw(ports.libindex, text, { end: false })).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('what is not HTTP', () => {
  it.each([
    ['noise', 'hello\r\n\r\n', 400, 'bad-request'],
    ['headers without end', `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(40_000)}`, 431, 'headers-too-large'],
  ])('%s', async (_what, text, status, code) => {
    const answer = await raw(ports.libindex, text, { end: false });
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*x-request-id: \\S+[\\s\\S]*"code":"${code}"`));
  });
});

/** What comes back for these bytes until the other side closes. */
async function raw(port: number, text: string, { end }: { readonly end: boolean }): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: string[] = [];
  socket.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.write(text);
  if (end) socket.end();
  await once(socket, 'close');
  return chunks.join('');
}

describe('a manifest that is not valid', () => {
  it.each<[string, unknown, string]>([
    ['without a hash', { layers: [layer] }, '/hash'],
    ['whose hash is no digest', { hash: 'sha256:abc', layers: [layer] }, '/hash'],
    ['whose hash is in capitals', { hash: hash.toUpperCase(), layers: [layer] }, '/hash'],
    ['whose hash is a number', { hash: 1, layers: [layer] }, '/hash'],
    ['without layers', { hash }, '/layers'],
    ['with no layers', { hash, layers: [] }, '/layers'],
    ['with layers as an object', { hash, layers: { 0: layer } }, '/layers'],
    ['with an unknown field', { hash, layers: [layer], annotations: {} }, '/annotations'],
    ['with an unknown field in a layer', { hash, layers: [layer, { ...layer, size: 1 }] }, '/layers/1/size'],
    [
      'with an unknown field in a place',
      { hash, layers: [{ ...layer, remote_path: { ...layer.remote_path, path: 'x' } }] },
      '/layers/0/remote_path/path',
    ],
    ['with a layer that is none', { hash, layers: [null] }, '/layers/0'],
    ['with a layer whose hash is no digest', { hash, layers: [{ ...layer, hash: 'md5:1' }] }, '/layers/0/hash'],
    ['with a format that is no text', { hash, layers: [{ ...layer, format: 1 }] }, '/layers/0/format'],
    ['with two places', { hash, layers: [{ ...layer, uri: 'https://x.example/' }] }, '/layers/0/uri'],
    ['with no place', { hash, layers: [{ hash: layer.hash }] }, '/layers/0/uri'],
  ])('%s', async (_what, body, path) => {
    const found = await problem(await post(`${urls.libindex}/index`, body));
    expect(found).toMatchObject({ status: 400, code: 'bad-request', additional: { code: 'MANIFEST_INVALID', path } });
  });

  it.each([
    '',
    'x',
    '/etc/passwd',
    'file:///etc/passwd',
    '//x.example/a',
    'https://',
    'https://user:secret@x.example/',
    'ftp://x.example/a',
    5,
    {},
  ])('with the uri %j', async (uri) => {
    const found = await problem(await post(`${urls.libindex}/index`, { hash, layers: [{ ...layer, remote_path: { uri } }] }));
    expect(found).toMatchObject({ status: 400, additional: { path: '/layers/0/remote_path/uri' } });
    expect(JSON.stringify(found)).not.toContain('secret');
  });

  it.each([
    ['as a list', []],
    ['as text', 'Authorization: secret'],
    ['with a value that is no list', { authorization: 'Bearer secret' }],
    ['with a number', { a: ['secret', 5] }],
    ['with a line feed in a value', { a: ['x\r\nsecret: y'] }],
    ['with a name that is none', { 'a b': ['secret'] }],
    ['with an empty name', { '': ['secret'] }],
  ])('with headers %s', async (_what, headers) => {
    const found = await problem(
      await post(`${urls.libindex}/index`, { hash, layers: [{ ...layer, remote_path: { uri: 'https://x.example/', headers } }] }),
    );
    expect(found).toMatchObject({ status: 400, additional: { path: '/layers/0/remote_path/headers' } });
    expect(JSON.stringify([found, log.lines])).not.toContain('secret');
  });
});

describe('the id of a request', () => {
  it.each([
    ['abc-123.x', true],
    ['a'.repeat(128), true],
    ['a'.repeat(129), false],
    ['a b', false],
    ['<script>', false],
    ['{"a":1}', false],
  ])('%s', async (given, isTaken) => {
    const response = await fetch(`${urls.libindex}/healthz`, { headers: { 'x-request-id': given } });
    const id = response.headers.get('x-request-id') ?? '';
    expect(id === given).toBe(isTaken);
    expect(id).toMatch(/^\S{9,128}$/);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ message: 'request', attributes: expect.objectContaining({ request: id }) as object }),
    );
  });
});

describe('all of these', () => {
  it('reached no library, and none was an error of ours', () => {
    expect(log.lines.length).toBeGreaterThan(100);
    expect(asked).toEqual([]);
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
