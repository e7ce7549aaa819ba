import { describe, expect, it } from 'vitest';
import { isProductSuperset, parseCpe } from '../../../core/index.ts';
import { parseOsvZip } from '../../../families/osv/index.ts';
import { collect, writeZip } from '../../../testing/index.ts';
import { rhelOsvSource, rhelOsvUpdaterSet } from './osv-updater.ts';

interface Facts {
  readonly id?: string;
  readonly summary?: string;
  readonly related?: readonly string[];
  readonly ecosystem?: string;
  readonly fixed?: string;
}

async function read(facts: Facts) {
  const { id = 'RHSA-2024:1', summary = 'Red Hat Security Advisory: a', related = ['CVE-2024-0001'], ...rest } = facts;
  const { ecosystem = 'Red Hat:enterprise_linux:8::baseos', fixed = '0:1.2-3.el8' } = rest;
  const affected = [{ package: { ecosystem, name: 'a' }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }] }];
  const zip = writeZip([{ name: `${id}.json`, content: JSON.stringify({ id, summary, related, affected }) }]);
  const body = (async function* () {
    yield await Promise.resolve(zip);
  })();
  return (await collect(parseOsvZip(body, rhelOsvSource))).flatMap(({ name, aliases, rows }) =>
    rows.map((row) => ({ name, aliases, ...row })),
  );
}

describe("Red Hat's errata in OSV", () => {
  it('speak of binary packages of a product, whichever part of CPE it is', async () => {
    const [row] = await read({});
    expect(row).toMatchObject({
      name: 'CVE-2024-0001',
      aliases: ['RHSA-2024:1'],
      namespace: { key: 'redhat:cpe:/:redhat:enterprise_linux:8::baseos', scheme: 'rpm' },
      package: { name: 'a', kind: 'binary', module: '' },
      range: { fixed: '0:1.2-3.el8' },
    });
    const [theirs, repository] = [row?.namespace.repository?.cpe ?? '', 'cpe:/o:redhat:enterprise_linux:8::baseos'].map(parseCpe);
    expect(theirs && repository && isProductSuperset(theirs, repository)).toBe(true);
  });

  it('name the stream of a modular package in their summary, or do not count', async () => {
    const fixed = '0:1.2-3.module+el8.1.0+1+abc';
    const modular = await read({ fixed, summary: 'Red Hat Security Advisory: nodejs:18 security update' });
    expect(modular.map((row) => row.package.module)).toEqual(['nodejs:18']);
    expect(await read({ fixed })).toEqual([]);
  });

  it.each([
    [{ id: 'RHBA-2024:1', related: [] }, 0],
    [{ id: 'RHBA-2024:1' }, 1],
    [{ ecosystem: 'Rocky Linux:8' }, 0],
  ])('%j: %i rows', async (facts, count) => {
    expect(await read(facts)).toHaveLength(count);
  });

  it('come with the list of repositories', async () => {
    const release = 'redhat:cpe:/o:redhat:enterprise_linux:8';
    expect(rhelOsvUpdaterSet.expected(release)).toEqual(['rhel-osv-updater', 'rhel-repository-to-cpe']);
    const client = { get: () => Promise.reject(new Error('asked')), exists: () => Promise.reject(new Error('asked')) };
    const found = await rhelOsvUpdaterSet.discover({ client, namespaces: [release] });
    expect(found.map(({ name }) => name).sort()).toEqual(['rhel-osv-updater', 'rhel-repository-to-cpe']);
    expect(await rhelOsvUpdaterSet.discover({ client, namespaces: ['npm'] })).toEqual([]);
  });
});
