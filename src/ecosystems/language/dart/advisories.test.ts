import { describe, expect, it } from 'vitest';
import { collect, writeZip } from '../../../testing/index.ts';
import { FakeFeedClient } from '../../../testing/fake-feed-client.ts';
import { dartUpdaterSet } from './updater.ts';
import { isInRange, pubScheme } from '../../../versions/index.ts';

const url = 'https://osv-vulnerabilities.storage.googleapis.com/Pub/all.zip';
const record = {
  id: 'GHSA-0000-0000-0001',
  aliases: ['CVE-2020-0001'],
  summary: 'a header that ends early',
  affected: [
    {
      package: { ecosystem: 'Pub', name: 'http' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '0.13.3+1' }] }],
    },
    { package: { ecosystem: 'npm', name: 'http' }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }] },
  ],
};

describe('advisories of Dart', () => {
  it('are the records of OSV for Pub, by their CVE, before their fix', async () => {
    const client = new FakeFeedClient().set(url, writeZip([{ name: `${record.id}.json`, content: JSON.stringify(record) }]));
    const [updater] = await dartUpdaterSet.discover({ client, namespaces: ['pub'] });
    const fetched = await updater?.fetch(undefined, { client });
    if (!updater || fetched?.kind !== 'changed') throw new Error('nothing was fetched');
    const advisories = await collect(updater.parse(fetched.body));
    expect(advisories.map(({ name }) => name)).toEqual(['CVE-2020-0001']);
    const rows = advisories.flatMap((advisory) => advisory.rows);
    expect(rows.map(({ namespace, package: { name } }) => `${namespace.key} ${name}`)).toEqual(['pub http']);
    const isAffected = (version: string): unknown => {
      const installed = pubScheme.parse(version);
      return installed.ok && rows.map(({ range }) => isInRange(pubScheme, installed.value, range));
    };
    expect([isAffected('0.13.2+1'), isAffected('0.13.3-dev.1'), isAffected('0.13.3'), isAffected('0.13.3+1'), isAffected('1.0.0')]).toEqual(
      [[true], [true], [true], [false], [false]],
    );
  });
});
