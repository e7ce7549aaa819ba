import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OpenedImage, RegistryOptions } from '../../../contracts/index.ts';
import { readAll } from '../../../runtime/index.ts';
import { FakeRegistry, LayerBuilder } from '../../../testing/index.ts';
import { openImage } from '../open.ts';
import { createRegistrySource } from './registry-source.ts';

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
const cert = fixture('loopback.cert.pem');
const tls = { key: fixture('loopback.key.pem'), cert };
const tar = new LayerBuilder().file('a', 'a'.repeat(100_000)).build();
const source = createRegistrySource({ retry: { retries: 1, baseDelay: 1 } });

function openAt(reference: string, registry: RegistryOptions = {}): Promise<OpenedImage> {
  return openImage(reference, { wants: () => 'no', registry: { environment: {}, ...registry } }, [source]);
}

async function pull(reference: string, registry?: RegistryOptions): Promise<Uint8Array> {
  await using image = await openAt(reference, registry);
  const content = image.manifest.layers[0]?.content;
  if (content?.kind !== 'blob') throw new Error('no blob');
  return readAll(await content.open(), { max: 1e6, what: 'layer' });
}

async function started(options: Parameters<typeof FakeRegistry.start>[0] = {}): Promise<FakeRegistry> {
  const registry = await FakeRegistry.start({ tls, ...options });
  registry.push('demo/app', '1', { layers: [{ tar }] });
  return registry;
}

describe('a registry whose certificate nobody vouches for', () => {
  it('is refused, even on this machine, and never asked without TLS instead', async () => {
    await using registry = await started();
    await expect(pull(`${registry.host}/demo/app:1`)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      data: { reason: expect.stringMatching(/CERT|SIGN/) as string },
    });
    expect(registry.requests).toEqual([]);
  });

  it('is trusted by its certificate', async () => {
    await using registry = await started();
    expect(await pull(`${registry.host}/demo/app:1`, { ca: cert })).toEqual(tar);
  });

  it('is asked where the user calls it insecure; others are not by that', async () => {
    await using registry = await started();
    await using other = await started();
    expect(await pull(`${registry.host}/demo/app:1`, { insecureHosts: [registry.host] })).toEqual(tar);
    await expect(pull(`${other.host}/demo/app:1`, { insecureHosts: [registry.host] })).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
    });
    expect(other.requests).toEqual([]);
  });

  it.each(['certificate', 'insecure'] as const)('gives tokens for a posted identity token: %s', async (trust) => {
    await using registry = await started({ auth: { kind: 'bearer', refreshToken: 'refresh-me' } });
    const credentials: RegistryOptions['credentials'] = () => Promise.resolve({ kind: 'identity-token', token: 'refresh-me' });
    const trusted = trust === 'certificate' ? { ca: cert } : { insecureHosts: [registry.host] };
    expect(await pull(`${registry.host}/demo/app:1`, { credentials, ...trusted })).toEqual(tar);
    expect(registry.requests.filter(({ method }) => method === 'POST')).toMatchObject([{ path: '/token' }]);
  });

  it('sends us on to another host without what was said to it, where the guard holds again', async () => {
    await using storage = await FakeRegistry.start();
    storage.push('demo/app', '1', { layers: [{ tar }] });
    await using registry = await started({ auth: { kind: 'basic', user: 'demo', password: 's3cret' }, blobsAt: storage.url });
    const credentials: RegistryOptions['credentials'] = () => Promise.resolve({ kind: 'basic', user: 'demo', password: 's3cret' });
    const options = { credentials, insecureHosts: [registry.host] };
    await expect(pull(`${registry.host}/demo/app:1`, options)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(await pull(`${registry.host}/demo/app:1`, { ...options, allowedHosts: [storage.host] })).toEqual(tar);
    expect(storage.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  it('has its transfers resumed too', async () => {
    await using registry = await started();
    await using image = await openAt(`${registry.host}/demo/app:1`, { insecureHosts: [registry.host] });
    const [layer] = image.manifest.layers;
    if (layer?.content?.kind !== 'blob') throw new Error('no blob');
    registry.script(`/v2/demo/app/blobs/${layer.digest}`, { kind: 'cut', bytes: 5000 });
    expect(await readAll(await layer.content.open(), { max: 1e6, what: 'layer' })).toEqual(tar);
    expect(registry.requests.at(-1)?.headers.range).toBe('bytes=5000-');
  });
});

describe('a registry without TLS', () => {
  it('is asked on this machine, and by the name of the host in IPv6 too', async () => {
    await using registry = await FakeRegistry.start();
    registry.push('demo/app', '1', { layers: [{ tar }] });
    expect(await pull(`${registry.host}/demo/app:1`)).toEqual(tar);
    expect(await pull(`${registry.host.replace('127.0.0.1', 'localhost')}/demo/app:1`)).toEqual(tar);
  });

  it('elsewhere gets no request at all: nobody is asked for a token there', async () => {
    await using registry = await FakeRegistry.start({ auth: { kind: 'bearer', realm: 'http://192.0.2.1/token' } });
    registry.push('demo/app', '1', { layers: [{ tar }] });
    await expect(pull(`${registry.host}/demo/app:1`)).rejects.toMatchObject({ code: 'ADDRESS_INSECURE', data: { host: '192.0.2.1' } });
  });
});
