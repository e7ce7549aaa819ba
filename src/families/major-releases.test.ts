import { describe, expect, it } from 'vitest';
import type { FeedClient, Updater } from '../contracts/index.ts';
import { FakeFeedClient } from '../testing/index.ts';
import { createMajorReleasesUpdaterSet } from './major-releases.ts';

const urlOf = (release: string): string => `https://example.test/${release}.xml`;

const updaterOf = (release: string): Updater => ({
  name: `example-${release}-updater`,
  version: 1,
  serves: (namespace) => namespace === `example:${release}`,
  fetch: () => Promise.resolve({ kind: 'unchanged' }),
  async *parse() {},
});

const set = createMajorReleasesUpdaterSet({
  id: 'example',
  version: 7,
  nameOf: (release) => updaterOf(release).name,
  urlOf,
  updaterOf,
  releaseOfMajor: (major) => `${major}.0`,
  releaseOfNamespace: (namespace) => /^example:([1-9]\.0)$/.exec(namespace)?.[1],
  firstMajor: 2,
  knownMajor: 4,
});

async function found(client: FeedClient): Promise<readonly string[]> {
  return (await set.discover({ client })).map(({ name }) => name);
}

function serving(...releases: readonly string[]): FeedClient {
  const client = new FakeFeedClient();
  for (const release of releases) client.set(urlOf(release), '');
  return client;
}

describe('updaters of major releases', () => {
  it('are found by asking, from the first to one beyond the known that is not there', async () => {
    expect(await found(serving('1.0', '2.0', '3.0', '4.0', '5.0', '6.0', '8.0'))).toEqual(
      ['2.0', '3.0', '4.0', '5.0', '6.0'].map((release) => updaterOf(release).name),
    );
  });

  it('are found beyond known ones that a mirror does not have', async () => {
    expect(await found(serving('5.0'))).toEqual(['example-5.0-updater']);
    expect(await found(serving())).toEqual([]);
  });

  it('are not asked for ever of a server that says yes to everything', async () => {
    const yes: FeedClient = { get: () => Promise.resolve({ kind: 'not-found' }), exists: () => Promise.resolve(true) };
    expect((await found(yes)).length).toBeLessThan(100);
  });

  it('are made unasked for namespaces by name, each once', async () => {
    const nobody: FeedClient = { get: () => expect.unreachable(), exists: () => expect.unreachable() };
    const namespaces = ['example:9.0', 'example:2.0', 'example:9.0', 'other:2.0'];
    expect((await set.discover({ client: nobody, namespaces })).map(({ name }) => name)).toEqual([
      'example-9.0-updater',
      'example-2.0-updater',
    ]);
    expect([set.expected('example:2.0'), set.expected('other:2.0'), set.versionOf?.('any')]).toEqual([['example-2.0-updater'], [], 7]);
    expect([set.serves('example:2.0'), set.serves('example:x')]).toEqual([true, false]);
  });
});
