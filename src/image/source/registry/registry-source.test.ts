import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenedImage, OpenImageRequest, RegistryOptions } from '../../../contracts/index.ts';
import type { Platform } from '../../../core/index.ts';
import { readAll } from '../../../runtime/index.ts';
import {
  FakeRegistry,
  LayerBuilder,
  ociLayout,
  writeArchive,
  type FakeRegistryAuth,
  type FakeRegistryOptions,
  type TestImage,
} from '../../../testing/index.ts';
import { compress } from '../../../testing/compress.ts';
import { ociMediaTypes, sha256 } from '../../../testing/image-builder.ts';
import { openImage } from '../open.ts';
import { imageSources } from '../index.ts';
import { createRegistrySource } from './registry-source.ts';

const base = new LayerBuilder().file('etc/os-release', 'ID=alpine\n').build();
const top = new LayerBuilder().file('app/a', 'a'.repeat(200_000)).build();
const image: TestImage = {
  layers: [{ tar: base, compression: 'gzip' }, { tar: top }],
  names: ['demo/app:1'],
  platform: { os: 'linux', architecture: 'amd64' },
};
const amd64: Platform = { os: 'linux', architecture: 'amd64' };
const topDigest = sha256(top);

let room = '';
beforeAll(() => void (room = mkdtempSync(join(tmpdir(), 'claircore-test-'))));
afterAll(() => rmSync(room, { recursive: true, force: true }));

/** Retries without waiting; nobody of this machine's files. */
const quick = createRegistrySource({
  retry: { retries: 2, baseDelay: 1, maxDelay: 2000 },
  timeouts: { connect: 5000, headers: 5000, idle: 1000 },
});

function openAt(reference: string, registry: RegistryOptions = {}, more: Partial<OpenImageRequest> = {}): Promise<OpenedImage> {
  return openImage(reference, { wants: () => 'no', registry: { environment: {}, ...registry }, platform: amd64, ...more }, [quick]);
}

async function opening(reference: string, registry?: RegistryOptions, more?: Partial<OpenImageRequest>): Promise<void> {
  await using _ = await openAt(reference, registry, more);
}

async function blobs({ manifest }: OpenedImage): Promise<readonly Uint8Array[]> {
  return Promise.all(
    manifest.layers.map(async ({ content }) => {
      if (content?.kind !== 'blob') throw new Error('a layer has no blob');
      return readAll(await content.open(), { max: 10_000_000, what: 'layer' });
    }),
  );
}

const packed = [compress(base, 'gzip'), top];
const manifestPath = '/v2/demo/app/manifests/1';
const blobPath = `/v2/demo/app/blobs/${topDigest}`;

async function started(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const registry = await FakeRegistry.start(options);
  registry.push('demo/app', '1', image);
  return registry;
}

describe('an image in a registry', () => {
  it('has the digests of the same image in an OCI archive', async () => {
    await using registry = await started();
    await using pulled = await openAt(`${registry.host}/demo/app:1`);
    const path = writeArchive(join(room, 'same.tar'), ociLayout([image]));
    await using archive = await openImage(path, { wants: () => 'no' }, imageSources);
    expect(pulled.manifest.digest).toBe(archive.manifest.digest);
    const facts = (opened: OpenedImage): unknown => opened.manifest.layers.map(({ content: _, ...layer }) => layer);
    expect(facts(pulled)).toEqual(facts(archive));
    expect(pulled.name).toBe(`${registry.host}/demo/app:1`);
    expect(await blobs(pulled)).toEqual(packed);
    // Once more: each read is a transfer of its own.
    expect(await blobs(pulled)).toEqual(packed);
  });

  it('is pulled in the form that Docker pushes', async () => {
    await using registry = await FakeRegistry.start();
    const digest = registry.push('demo/app', '1', image, 'docker');
    await using pulled = await openAt(`registry:${registry.host}/demo/app:1`);
    expect(pulled.manifest.digest).toBe(digest);
    expect(pulled.manifest.layers[0]?.mediaType).toBe('application/vnd.docker.image.rootfs.diff.tar.gzip');
    expect(await blobs(pulled)).toEqual(packed);
  });

  it('is pulled by digest, whatever the tag', async () => {
    await using registry = await started();
    const digest = registry.push('demo/app', '2', { layers: [{ tar: base }] });
    await using pulled = await openAt(`${registry.host}/demo/app:1@${digest}`);
    expect(pulled.manifest.digest).toBe(digest);
    expect(registry.count(manifestPath)).toBe(0);
  });

  it('is found where blobs lie in a storage service, which is told nothing of who asks', async () => {
    await using storage = await started();
    await using registry = await started({ auth: { kind: 'basic', user: 'demo', password: 's3cret' }, blobsAt: storage.url });
    const credentials = () => Promise.resolve({ kind: 'basic', user: 'demo', password: 's3cret' } as const);
    await expect(opening(`${registry.host}/demo/app:1`, { credentials })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    await using pulled = await openAt(`${registry.host}/demo/app:1`, { credentials, allowedHosts: [storage.host] });
    expect(await blobs(pulled)).toEqual(packed);
    expect(storage.requests.length).toBeGreaterThan(0);
    expect(storage.requests.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  });

  it('says that it cannot be had when the network is switched off', async () => {
    await expect(opening('alpine:3.20', { isOffline: true })).rejects.toMatchObject({
      code: 'REGISTRY_OFFLINE',
      data: { host: 'docker.io' },
    });
  });
});

describe('platforms', () => {
  const variant = (architecture: string, tar: Uint8Array, more: { readonly variant?: string } = {}): TestImage => ({
    layers: [{ tar }],
    platform: { os: 'linux', architecture, ...more },
  });
  const index = {
    variants: [
      variant('amd64', base),
      variant('arm64', top),
      variant('arm', base, { variant: 'v6' }),
      variant('arm', top, { variant: 'v7' }),
    ],
    attestations: true,
  };

  it.each(['oci', 'docker'] as const)('are chosen from an index, and only the chosen manifest is asked for: %s', async (form) => {
    await using registry = await FakeRegistry.start();
    const digest = registry.push('demo/multi', '1', index, form);
    await using pulled = await openAt(
      `${registry.host}/demo/multi:1`,
      {},
      { platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
    );
    expect(await blobs(pulled)).toEqual([top]);
    expect(pulled.manifest.digest).not.toBe(digest);
    expect(registry.requests.filter(({ path }) => path.includes('/manifests/'))).toHaveLength(2);
  });

  it('are listed where the asked one is missing', async () => {
    await using registry = await FakeRegistry.start();
    registry.push('demo/multi', '1', index);
    registry.push('demo/single', '1', variant('arm64', base));
    const platform = { os: 'linux', architecture: 's390x' };
    const platforms = ['linux/amd64', 'linux/arm/v6', 'linux/arm/v7', 'linux/arm64'];
    await expect(opening(`${registry.host}/demo/multi:1`, {}, { platform })).rejects.toMatchObject({
      code: 'PLATFORM_UNKNOWN',
      data: { platforms },
    });
    await expect(opening(`${registry.host}/demo/single:1`, {}, { platform })).rejects.toMatchObject({
      code: 'PLATFORM_UNKNOWN',
      data: { platforms: ['linux/arm64'] },
    });
  });

  it('are read from the configs where an index does not name them', async () => {
    await using registry = await FakeRegistry.start();
    const digests = [variant('amd64', base), variant('arm64', top)].map((one, at) => registry.push('demo/bare', `${at}`, one));
    const manifests = await Promise.all(
      digests.map(async (digest) => {
        const response = await fetch(`${registry.url}/v2/demo/bare/manifests/${digest}`);
        return { mediaType: ociMediaTypes.manifest, digest, size: (await response.arrayBuffer()).byteLength };
      }),
    );
    registry.put('demo/bare', 'all', { schemaVersion: 2, manifests }, ociMediaTypes.index);
    await using pulled = await openAt(`${registry.host}/demo/bare:all`, {}, { platform: { os: 'linux', architecture: 'arm64' } });
    expect(await blobs(pulled)).toEqual([top]);
  });
});

describe('authentication', () => {
  const user = { user: 'demo', password: 'pä:ss' } as const;
  const known = () => Promise.resolve({ kind: 'basic', ...user } as const);
  const identity = () => Promise.resolve({ kind: 'identity-token', token: 'refresh-me' } as const);
  const cases: readonly (readonly [string, FakeRegistryAuth, RegistryOptions])[] = [
    ['basic', { kind: 'basic', ...user }, { credentials: known }],
    ['a token for anybody', { kind: 'bearer' }, {}],
    ['a token in the other field', { kind: 'bearer', field: 'access_token' }, {}],
    ['a token for a user', { kind: 'bearer', users: [user] }, { credentials: known }],
    ['a token for an identity token', { kind: 'bearer', refreshToken: 'refresh-me' }, { credentials: identity }],
  ];

  it.each(cases)('by %s', async (_, auth, options) => {
    await using registry = await started({ auth });
    await using pulled = await openAt(`${registry.host}/demo/app:1`, options);
    expect(await blobs(pulled)).toEqual(packed);
    expect(registry.tokensIssued).toBe(auth.kind === 'bearer' ? 1 : 0);
  });

  it.each(cases.filter(([name]) => !name.includes('field') && !name.includes('anybody')))('is refused without it: %s', async (_, auth) => {
    await using registry = await started({ auth });
    const nobody = { credentials: () => Promise.resolve(undefined) };
    await expect(opening(`${registry.host}/demo/app:1`, nobody)).rejects.toMatchObject({
      code: 'REGISTRY_DENIED',
      kind: 'feed',
      data: { status: 401 },
    });
  });

  it('is refused with a wrong password, which no error holds', async () => {
    for (const auth of [
      { kind: 'basic', ...user },
      { kind: 'bearer', users: [user] },
    ] as const) {
      await using registry = await started({ auth });
      const wrong = { credentials: () => Promise.resolve({ kind: 'basic', user: 'demo', password: 'mistyped-one' } as const) };
      const error: unknown = await opening(`${registry.host}/demo/app:1`, wrong).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'REGISTRY_DENIED', data: { said: expect.stringMatching(/^UNAUTHORIZED: /) as string } });
      const text = JSON.stringify([error, (error as Error).stack, (error as Error).cause]);
      expect(text).not.toContain('mistyped-one');
      expect(text).not.toContain(Buffer.from('demo:mistyped-one').toString('base64'));
      // No endless circle.
      expect(registry.requests.length).toBeLessThan(6);
    }
  });

  it('fetches another token when one ends in the middle of a pull, once for all layers', async () => {
    await using registry = await started({ auth: { kind: 'bearer' } });
    await using pulled = await openAt(`${registry.host}/demo/app:1`);
    registry.expireTokens();
    expect(await blobs(pulled)).toEqual(packed);
    expect(registry.tokensIssued).toBe(2);
  });

  it('fetches another token when the time of one is over', async () => {
    await using registry = await started({ auth: { kind: 'bearer', expiresIn: 0.05 } });
    await using pulled = await openAt(`${registry.host}/demo/app:1`);
    await new Promise((resolve) => setTimeout(resolve, 60));
    const before = registry.tokensIssued;
    expect(await blobs(pulled)).toEqual(packed);
    expect(registry.tokensIssued).toBeGreaterThan(before);
  });

  it('asks no token of a private address that the user did not name', async () => {
    await using other = await FakeRegistry.start({ auth: { kind: 'bearer' } });
    await using registry = await started({ auth: { kind: 'bearer', realm: `${other.url}/token` } });
    await expect(opening(`${registry.host}/demo/app:1`)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED', data: { host: other.host } });
    expect(other.requests).toEqual([]);
  });

  it('sends a posted identity token nowhere but over TLS or to this machine', async () => {
    await using registry = await started({ auth: { kind: 'bearer', refreshToken: 'x', realm: 'http://192.0.2.1/token' } });
    await expect(opening(`${registry.host}/demo/app:1`, { credentials: identity })).rejects.toMatchObject({ code: 'ADDRESS_INSECURE' });
  });

  it.each([
    ['no realm', 'Bearer service="x"', 'REGISTRY_ANSWER'],
    ['a realm that is none', 'Bearer realm="file:///etc/passwd"', 'REGISTRY_ANSWER'],
    ['no scheme that is known', 'Negotiate', 'REGISTRY_DENIED'],
  ])('says so of a challenge with %s', async (_, challenge, code) => {
    await using registry = await started();
    registry.script(manifestPath, { kind: 'status', status: 401, headers: { 'www-authenticate': challenge } });
    await expect(opening(`${registry.host}/demo/app:1`)).rejects.toMatchObject({ code });
  });

  it.each([
    ['no JSON', 'secret-token'],
    ['no token', '{"expires_in": 3}'],
    ['a token that is a header more', JSON.stringify({ token: 'secret-token\r\nx: y' })],
    ['a token that is no text', '{"token": {"a": "secret-token"}}'],
    ['too much', `{"token": "${'secret-token'.repeat(100_000)}"}`],
  ])('says so of an answer with %s, without quoting it', async (_, body) => {
    await using registry = await started({ auth: { kind: 'bearer' } });
    registry.script('/token', { kind: 'status', status: 200, body });
    const error: unknown = await opening(`${registry.host}/demo/app:1`).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'REGISTRY_ANSWER' });
    expect(JSON.stringify([error, (error as Error).cause])).not.toContain('secret-token');
  });
});

describe('what a registry can do wrong', () => {
  const errors = (code: string, message: string): string => JSON.stringify({ errors: [{ code, message }] });

  it('has no such tag, or no such repository', async () => {
    await using registry = await started();
    await expect(opening(`${registry.host}/demo/app:2`)).rejects.toMatchObject({
      code: 'REGISTRY_IMAGE_UNKNOWN',
      data: { image: 'demo/app:2', said: 'MANIFEST_UNKNOWN: manifest unknown' },
    });
    await expect(opening(`${registry.host}/demo/none`)).rejects.toMatchObject({
      code: 'REGISTRY_IMAGE_UNKNOWN',
      data: { image: 'demo/none:latest', said: expect.stringMatching(/^NAME_UNKNOWN/) as string },
    });
  });

  it('waits as it is told, and says when it was asked too often', async () => {
    await using registry = await started();
    const busy = { kind: 'status', status: 429, headers: { 'retry-after': '1' }, body: errors('TOOMANYREQUESTS', 'slow down') } as const;
    registry.script(manifestPath, busy);
    const begun = Date.now();
    await opening(`${registry.host}/demo/app:1`);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(990);
    const longer = { ...busy, headers: { 'retry-after': '3600' } };
    registry.script(manifestPath, longer);
    await expect(opening(`${registry.host}/demo/app:1`)).rejects.toMatchObject({
      code: 'REGISTRY_RATE_LIMITED',
      data: { said: 'TOOMANYREQUESTS: slow down', retryAfter: '3600' },
    });
    expect(registry.count(manifestPath)).toBe(3);
  });

  it('says what it says in a bounded line without control characters', async () => {
    await using registry = await started();
    const said = `\u001B[31mred\u202Eturned ${'x'.repeat(5000)}`;
    registry.script(manifestPath, { kind: 'status', status: 403, body: errors('DENIED', said) });
    const error: unknown = await opening(`${registry.host}/demo/app:1`).catch((caught: unknown) => caught);
    const { data } = error as { data: { said: string } };
    expect(data.said).toMatch(/^DENIED: \?\[31mred\?turned x+$/);
    expect(data.said.length).toBeLessThanOrEqual(300);
  });

  it('says back what was sent to it, which is not said again', async () => {
    await using registry = await started({ auth: { kind: 'basic', user: 'demo', password: 'right' } });
    const secret = Buffer.from('demo:right').toString('base64');
    registry.script(manifestPath, { kind: 'status', status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } });
    registry.script(manifestPath, { kind: 'status', status: 403, body: errors('DENIED', `not with Basic ${secret}`) });
    const credentials = () => Promise.resolve({ kind: 'basic', user: 'demo', password: 'right' } as const);
    const error: unknown = await opening(`${registry.host}/demo/app:1`, { credentials }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'REGISTRY_DENIED', data: { status: 403 } });
    expect(JSON.stringify(error)).not.toContain(secret);
  });

  it('gives other bytes than were asked for', async () => {
    await using registry = await started();
    registry.script(manifestPath, { kind: 'bytes', body: new TextEncoder().encode('{}') });
    await expect(opening(`${registry.host}/demo/app:1`)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    const digest = registry.push('demo/app', '1', image);
    const unsaid = { 'docker-content-digest': '' };
    registry.script(`/v2/demo/app/manifests/${digest}`, { kind: 'bytes', body: new TextEncoder().encode('{}'), headers: unsaid });
    await expect(opening(`${registry.host}/demo/app@${digest}`)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      data: { declared: digest },
    });
    registry.script(manifestPath, { kind: 'bytes', body: new Uint8Array(5_000_000), headers: unsaid });
    await expect(opening(`${registry.host}/demo/app:1`)).rejects.toMatchObject({ code: 'LIMIT_READ' });
  });

  it('gives another config than the manifest names', async () => {
    await using registry = await started();
    await opening(`${registry.host}/demo/app:1`);
    const config = registry.requests.map(({ path }) => path).find((path) => path.includes('/blobs/')) ?? '';
    registry.script(config, { kind: 'bytes', body: new TextEncoder().encode('{"rootfs":{"diff_ids":[]}}') });
    await expect(opening(`${registry.host}/demo/app:1`)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  const config = { mediaType: ociMediaTypes.config, digest: topDigest, size: 1 };
  it.each([
    ['schema 1', { schemaVersion: 1, fsLayers: [] }, 'application/vnd.docker.distribution.manifest.v1+prettyjws', 'IMAGE_SCHEMA_OLD'],
    ['both kinds at once', { schemaVersion: 2, manifests: [], config, layers: [] }, ociMediaTypes.index, 'IMAGE_MALFORMED'],
    ['an index that calls itself a manifest', { schemaVersion: 2, manifests: [] }, ociMediaTypes.manifest, 'IMAGE_MALFORMED'],
    ['an empty index', { schemaVersion: 2, manifests: [] }, ociMediaTypes.index, 'IMAGE_MALFORMED'],
    ['no JSON', new Uint8Array(10), ociMediaTypes.manifest, 'IMAGE_MALFORMED'],
    ['a list', [], ociMediaTypes.manifest, 'IMAGE_MALFORMED'],
    [
      'a chart',
      { schemaVersion: 2, config: { ...config, mediaType: 'application/vnd.cncf.helm.config.v1+json' }, layers: [] },
      ociMediaTypes.manifest,
      'IMAGE_ARTIFACT',
    ],
    [
      'a config that is too large',
      { schemaVersion: 2, config: { ...config, size: 2 ** 40 }, layers: [] },
      ociMediaTypes.manifest,
      'LIMIT_READ',
    ],
    [
      'a digest that is a path',
      { schemaVersion: 2, config: { ...config, digest: 'sha256:../../x' }, layers: [] },
      ociMediaTypes.manifest,
      'DIGEST_INVALID',
    ],
  ])('gives %s', async (_, document, mediaType, code) => {
    await using registry = await FakeRegistry.start();
    registry.put('demo/app', '1', document, mediaType);
    await expect(opening(`${registry.host}/demo/app:1`)).rejects.toMatchObject({ code });
  });

  it('nests indexes beyond the limit', async () => {
    await using registry = await FakeRegistry.start();
    let digest = registry.push('demo/app', '0', image);
    for (let depth = 0; depth < 10; depth += 1) {
      const inner = await fetch(`${registry.url}/v2/demo/app/manifests/${digest}`).then((response) => response.arrayBuffer());
      digest = registry.put('demo/app', '1', { schemaVersion: 2, manifests: [{ digest, size: inner.byteLength }] }, ociMediaTypes.index);
    }
    await expect(opening(`${registry.host}/demo/app:1`)).rejects.toMatchObject({ code: 'LIMIT_NESTING' });
  });

  it('is not there', async () => {
    const host = await (async () => {
      await using gone = await FakeRegistry.start();
      return gone.host;
    })();
    await expect(opening(`${host}/demo/app:1`)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      data: { host, reason: 'ECONNREFUSED' },
    });
  });

  it('is left when the signal fires', async () => {
    await using registry = await started();
    registry.script(manifestPath, { kind: 'slow', delay: 5000 });
    await expect(opening(`${registry.host}/demo/app:1`, {}, { signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});

describe('the blob of a layer', () => {
  it.each([
    [
      'is resumed where the connection was cut',
      {},
      [
        { kind: 'cut', bytes: 70_000 },
        { kind: 'cut', bytes: 10 },
      ] as const,
      'bytes=70010-',
    ],
    ['is resumed where nothing more came', {}, [{ kind: 'stall', bytes: 70_000 }] as const, 'bytes=70000-'],
    ['is read anew of a registry without ranges', { ranges: false }, [{ kind: 'cut', bytes: 70_000 }] as const, 'bytes=70000-'],
  ])('%s', async (_, options, script, range) => {
    await using registry = await started(options);
    await using pulled = await openAt(`${registry.host}/demo/app:1`);
    registry.script(blobPath, ...script);
    expect(await blobs(pulled)).toEqual(packed);
    expect(registry.requests.at(-1)?.headers.range).toBe(range);
  });

  it('gets a new token when it is resumed after the old one has ended', async () => {
    await using registry = await started({ auth: { kind: 'bearer' } });
    await using pulled = await openAt(`${registry.host}/demo/app:1`);
    registry.script(blobPath, { kind: 'cut', bytes: 100 });
    const [, layer] = pulled.manifest.layers;
    if (layer?.content?.kind !== 'blob') throw new Error('no blob');
    let length = 0;
    for await (const chunk of await layer.content.open()) {
      if (length === 0) registry.expireTokens();
      length += chunk.length;
    }
    expect(length).toBe(top.length);
    expect(registry.tokensIssued).toBe(2);
  });

  it('is given up when it never comes', async () => {
    await using registry = await started();
    await using pulled = await openAt(`${registry.host}/demo/app:1`);
    registry.script(blobPath, ...Array.from({ length: 10 }, () => ({ kind: 'cut', bytes: 0 }) as const));
    await expect(blobs(pulled)).rejects.toMatchObject({ kind: 'feed' });
    expect(registry.count(blobPath)).toBeLessThan(10);
  });

  it('has another size than the manifest says, or is not there', async () => {
    await using registry = await started();
    await using pulled = await openAt(`${registry.host}/demo/app:1`);
    registry.script(blobPath, { kind: 'bytes', body: new Uint8Array(3) });
    await expect(blobs(pulled)).rejects.toMatchObject({ code: 'LAYER_SIZE_MISMATCH' });
    registry.removeBlob('demo/app', topDigest);
    await expect(blobs(pulled)).rejects.toMatchObject({ code: 'REGISTRY_ANSWER', data: { status: 404, image: `demo/app@${topDigest}` } });
  });

  it('may be where its maker has it, as nobody and not at a private address', async () => {
    await using maker = await started();
    await using registry = await FakeRegistry.start({ auth: { kind: 'bearer' } });
    const config = new TextEncoder().encode(JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { diff_ids: [topDigest] } }));
    const layer = {
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar',
      digest: topDigest,
      size: top.length,
      urls: [`${maker.url}${blobPath}`],
    };
    const manifest = {
      schemaVersion: 2,
      config: { mediaType: ociMediaTypes.config, digest: registry.putBlob('demo/app', config), size: config.length },
      layers: [layer],
    };
    registry.put('demo/app', '1', manifest, ociMediaTypes.manifest);
    await using refused = await openAt(`${registry.host}/demo/app:1`);
    await expect(blobs(refused)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    await using pulled = await openAt(`${registry.host}/demo/app:1`, { allowedHosts: [maker.host] });
    expect(await blobs(pulled)).toEqual([top]);
    expect(maker.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});

describe('a mirror', () => {
  const mirrorOf = (registry: FakeRegistry, ...mirrors: readonly FakeRegistry[]): RegistryOptions => ({
    mirrors: mirrors.map(({ url }) => ({ host: registry.host, url })),
  });

  it('is asked instead of the registry', async () => {
    await using registry = await started();
    await using mirror = await started();
    await using pulled = await openAt(`${registry.host}/demo/app:1`, mirrorOf(registry, mirror));
    expect(await blobs(pulled)).toEqual(packed);
    expect(registry.requests).toEqual([]);
  });

  it('is left where it lacks the image, is down, refuses, or breaks off', async () => {
    await using registry = await started();
    const dead = await FakeRegistry.start();
    const options = mirrorOf(registry, dead);
    await dead[Symbol.asyncDispose]().catch(() => undefined);
    await using empty = await FakeRegistry.start();
    await using closed = await started({ auth: { kind: 'basic', user: 'a', password: 'b' } });
    await using broken = await started();
    broken.script(manifestPath, ...Array.from({ length: 9 }, () => ({ kind: 'reset' }) as const));
    for (const mirror of [empty, closed, broken]) {
      await using pulled = await openAt(`${registry.host}/demo/app:1`, mirrorOf(registry, mirror));
      expect(await blobs(pulled)).toEqual(packed);
    }
    await opening(`${registry.host}/demo/app:1`, options);
    expect(registry.count(manifestPath)).toBe(4);
  });

  it('gives place to the registry in the middle of a blob', async () => {
    await using registry = await started();
    await using mirror = await started();
    await using pulled = await openAt(`${registry.host}/demo/app:1`, mirrorOf(registry, mirror));
    mirror.script(blobPath, { kind: 'cut', bytes: 1000 }, { kind: 'status', status: 500 });
    expect(await blobs(pulled)).toEqual(packed);
    expect(registry.requests.at(-1)?.headers.range).toBe('bytes=1000-');
  });

  it('never gets the credentials of the registry', async () => {
    await using registry = await started({ auth: { kind: 'basic', user: 'demo', password: 's3cret' } });
    await using mirror = await started({ auth: { kind: 'basic', user: 'mirror', password: 'other' } });
    const credentials: RegistryOptions['credentials'] = ({ host }) =>
      Promise.resolve(host === registry.host ? { kind: 'basic', user: 'demo', password: 's3cret' } : undefined);
    await opening(`${registry.host}/demo/app:1`, { ...mirrorOf(registry, mirror), credentials });
    expect(mirror.requests.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
    expect(registry.count(manifestPath)).toBe(2);
  });

  it('is asked only for the registry that it mirrors', async () => {
    await using registry = await started();
    await using mirror = await started();
    await opening(`${registry.host}/demo/app:1`, { mirrors: [{ host: 'docker.io', url: mirror.url }] });
    expect(mirror.requests).toEqual([]);
  });

  it('stands for the registry that names without a host mean', async () => {
    await using mirror = await FakeRegistry.start();
    mirror.push('library/alpine', 'latest', image);
    await using pulled = await openAt('alpine', { mirrors: [{ host: 'docker.io', url: mirror.url }] });
    expect(pulled.name).toBe('docker.io/library/alpine:latest');
  });

  it('must be an address', async () => {
    for (const url of ['ftp://x', 'mirror', 'https://u:p@mirror.example']) {
      await expect(opening('alpine', { mirrors: [{ host: 'docker.io', url }] })).rejects.toMatchObject({ code: 'USAGE_OPTION' });
    }
  });
});
