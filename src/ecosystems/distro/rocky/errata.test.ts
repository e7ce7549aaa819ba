import { describe, expect, it } from 'vitest';
import type { Advisory } from '../../../contracts/index.ts';
import { collect, FakeFeedClient } from '../../../testing/index.ts';
import { rockyErrataUpdaterSet } from './errata-updater.ts';

const address = (page: number): string => `https://apollo.build.resf.org/api/v3/advisories/?page=${page}&size=100`;

const erratum = (name: string, nevras: readonly string[], product = 'Rocky Linux 9 x86_64', module = ''): unknown => ({
  name,
  kind: 'Security',
  severity: 'Moderate',
  published_at: '2025-11-27T09:11:22Z',
  cves: [{ cve: 'CVE-2025-0001' }],
  packages: nevras.map((nevra) => ({ nevra, product_name: product, ...(module && { module_name: module, module_stream: '1' }) })),
});

const page = (number: number, next: string | null, advisories: readonly unknown[], total = 2): string =>
  JSON.stringify({ advisories, total, page: number, links: { next }, last_updated_at: 'today' });

async function load(client: FakeFeedClient): Promise<{ advisories: readonly Advisory[]; fingerprint: string }> {
  const [updater = expect.fail()] = await rockyErrataUpdaterSet.discover({ client });
  const fetched = await updater.fetch(undefined, { client });
  if (fetched.kind !== 'changed') return expect.fail(fetched.kind);
  return { advisories: await collect(updater.parse(fetched.body)), fingerprint: fetched.fingerprint };
}

describe('errata of Rocky Linux', () => {
  it('are read over all pages, an advisory a release', async () => {
    const both = [erratum('RLSA-1', ['a-0:1.0-1.el9.x86_64.rpm', 'a-0:1.0-1.el9.src.rpm', 'a-0:1.0-1.el9.aarch64.rpm'])];
    const client = new FakeFeedClient()
      .set(address(1), page(1, '/api/v3/advisories/?page=2&size=100', both))
      .set(address(2), page(2, null, [erratum('RLSA-2', ['b-2:1.0-1.el8.noarch.rpm'], 'Rocky Linux 8.6 x86_64 (Legacy)', 'm')]));
    const { advisories, fingerprint } = await load(client);
    expect(advisories.map(({ part, name, url, rows }) => [part, name, url, rows.length])).toEqual([
      ['RLSA-1 9', 'CVE-2025-0001', address(1), 1],
      ['RLSA-2 8', 'CVE-2025-0001', address(2), 1],
    ]);
    expect(advisories[0]?.rows[0]?.package).toMatchObject({ name: 'a', kind: 'binary', arch: 'aarch64|x86_64', module: '' });
    expect(advisories[1]?.rows[0]).toMatchObject({
      namespace: { key: 'rocky:8' },
      package: { module: 'm:1' },
      range: { fixed: '2:1.0-1.el8' },
    });
    const [updater] = await rockyErrataUpdaterSet.discover({ client });
    expect(await updater?.fetch(fingerprint, { client })).toEqual({ kind: 'unchanged' });
  });

  it.each<[string, string, string]>([
    ['is the first again', page(1, null, []), 'another page'],
    ['is of another state', page(2, null, [], 3), 'changed while it was read'],
    ['is no JSON', '<html>', 'no JSON'],
  ])('fail where the second page %s', async (_name, second, reason) => {
    const client = new FakeFeedClient().set(address(1), page(1, '/api/v3/advisories/?page=2&size=100', [])).set(address(2), second);
    await expect(load(client)).rejects.toMatchObject({ code: 'FEED_MALFORMED', data: { reason } });
  });

  it('fail where the next page is somewhere else', async () => {
    const client = new FakeFeedClient().set(address(1), page(1, 'https://elsewhere.test/api/v3/advisories/?page=2', []));
    await expect(load(client)).rejects.toMatchObject({ code: 'FEED_MALFORMED', data: { reason: 'next page' } });
  });
});
