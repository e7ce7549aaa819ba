import { describe, expect, it } from 'vitest';
import { FakeFeedClient } from '../../../testing/fake-feed-client.ts';
import { alpineUpdaterSet, createAlpineUpdater } from './updater.ts';

const url = (path: string): string => `https://secdb.alpinelinux.org/${path}.json`;
const serving = (...paths: readonly string[]): FakeFeedClient =>
  paths.reduce((client, path) => client.set(url(path), '{"packages":[]}'), new FakeFeedClient());
const namesOf = async (client: FakeFeedClient, namespaces?: readonly string[]): Promise<readonly string[]> =>
  (await alpineUpdaterSet.discover({ client, namespaces })).map(({ name }) => name);

describe('alpineUpdaterSet', () => {
  it('finds the releases that there are, by asking', async () => {
    expect(await namesOf(serving('v3.2/main', 'v3.3/main', 'v3.3/community', 'v3.21/main', 'edge/main', 'edge/community'))).toEqual([
      'alpine-main-v3.2-updater',
      'alpine-main-v3.3-updater',
      'alpine-community-v3.3-updater',
      'alpine-main-v3.21-updater',
      'alpine-main-edge-updater',
      'alpine-community-edge-updater',
    ]);
  });

  it('finds releases that are not out yet, as long as they go on', async () => {
    const later = Array.from({ length: 40 }, (_, index) => `v3.${20 + index}/main`);
    expect(await namesOf(serving(...later))).toHaveLength(40);
  });

  it('finds a mirror of one late release, and nothing where there is nothing', async () => {
    expect(await namesOf(serving('v3.25/main'))).toEqual(['alpine-main-v3.25-updater']);
    expect(await namesOf(serving())).toEqual([]);
  });

  it('stops asking a server that says yes to everything', async () => {
    let asked = 0;
    const client = new FakeFeedClient();
    client.exists = () => {
      asked += 1;
      return Promise.resolve(true);
    };
    await namesOf(client);
    expect(asked).toBeLessThan(1000);
  });

  it('fails when the server does: no answer is not "no"', async () => {
    await expect(namesOf(serving('edge/main').fail(url('v3.11/main')))).rejects.toMatchObject({ code: 'FEED_UNREACHABLE' });
  });

  it('tells the version of its updaters without asking', async () => {
    const updaters = await alpineUpdaterSet.discover({ client: new FakeFeedClient(), namespaces: ['alpine:3.2', 'alpine:edge'] });
    expect(updaters.map(({ name }) => alpineUpdaterSet.versionOf?.(name))).toEqual(updaters.map(({ version }) => version));
    expect(updaters).toHaveLength(3);
  });

  it('takes named namespaces as they are, without asking', async () => {
    const client = serving();
    const namespaces = ['alpine:3.11', 'debian:12', 'alpine:edge', 'alpine:3.2', 'alpine:3.11', 'alpine:x', 'alpine:3.11.5'];
    expect(await namesOf(client, namespaces)).toEqual([
      'alpine-main-v3.11-updater',
      'alpine-community-v3.11-updater',
      'alpine-main-edge-updater',
      'alpine-community-edge-updater',
      'alpine-main-v3.2-updater',
    ]);
    expect(client.requests).toEqual([]);
  });

  it.each([
    ['alpine:3.11', ['alpine-main-v3.11-updater', 'alpine-community-v3.11-updater']],
    ['alpine:3.2', ['alpine-main-v3.2-updater']],
    ['alpine:edge', ['alpine-main-edge-updater', 'alpine-community-edge-updater']],
    ['alpine:', []],
    ['debian:12', []],
  ])('expects of %s: %j', (namespace, names) => {
    expect(alpineUpdaterSet.expected(namespace)).toEqual(names);
    expect(alpineUpdaterSet.serves(namespace)).toBe(names.length > 0);
  });
});

describe('an Alpine updater', () => {
  const updater = createAlpineUpdater({ release: '3.11', repository: 'main' });

  it('fetches its document once, and again only when it changed', async () => {
    const client = serving('v3.11/main');
    const first = await updater.fetch(undefined, { client });
    if (first.kind !== 'changed') throw new Error('expected a body');
    expect(await updater.fetch(first.fingerprint, { client })).toEqual({ kind: 'unchanged' });
    client.set(url('v3.11/main'), '{"packages":[1]}');
    expect((await updater.fetch(first.fingerprint, { client })).kind).toBe('changed');
  });

  it.each(['', 'nonsense', '{', '{"etag":7}', '[]', '{}'])('fetches it whole with a fingerprint of %j', async (fingerprint) => {
    expect((await updater.fetch(fingerprint, { client: serving('v3.11/main') })).kind).toBe('changed');
  });

  it('fails where there is no document', async () => {
    await expect(updater.fetch(undefined, { client: serving() })).rejects.toMatchObject({
      code: 'FEED_NOT_FOUND',
      data: { url: url('v3.11/main') },
    });
  });

  it('serves its release alone', () => {
    expect(['alpine:3.11', 'alpine:3.1', 'alpine:3.110', 'debian:11'].map((namespace) => updater.serves(namespace))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
