import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collect } from '../../../testing/collect.ts';
import { FakeFeedClient } from '../../../testing/fake-feed-client.ts';
import { trackerUrl } from './advisory.ts';
import { debianUpdater, debianUpdaterSet } from './updater.ts';

const fixture = readFileSync(new URL('fixtures/tracker.json', import.meta.url));

describe('the Debian updater', () => {
  it('fetches and parses the tracker, and not again while it is the same', async () => {
    const client = new FakeFeedClient().set(trackerUrl, fixture);
    const first = await debianUpdater.fetch(undefined, { client });
    if (first.kind !== 'changed') throw new Error('expected a body');
    expect(first.size).toBe(fixture.length);
    expect(await collect(debianUpdater.parse(first.body))).toHaveLength(5);
    expect(await debianUpdater.fetch(first.fingerprint, { client })).toEqual({ kind: 'unchanged' });
  });

  it('fails where there is no tracker', async () => {
    await expect(debianUpdater.fetch(undefined, { client: new FakeFeedClient() })).rejects.toMatchObject({ code: 'FEED_NOT_FOUND' });
  });

  it.each([
    ['debian:12', true],
    ['debian:sid', true],
    ['alpine:3.11', false],
    ['debian', false],
  ])('serves %s: %s', (namespace, serves) => {
    expect(debianUpdater.serves(namespace)).toBe(serves);
    expect(debianUpdaterSet.serves(namespace)).toBe(serves);
    expect(debianUpdaterSet.expected(namespace)).toEqual(serves ? ['debian-updater'] : []);
  });

  it('is found without asking, unless other namespaces are wanted', async () => {
    const client = new FakeFeedClient();
    const found = async (namespaces?: readonly string[]): Promise<number> =>
      (await debianUpdaterSet.discover({ client, namespaces })).length;
    expect(debianUpdaterSet.versionOf?.('debian-updater')).toBe(debianUpdater.version);
    expect([await found(), await found(['debian:12', 'debian:11']), await found(['alpine:3.11']), await found([])]).toEqual([1, 1, 0, 0]);
  });
});
