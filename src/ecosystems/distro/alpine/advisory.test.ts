import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Advisory } from '../../../contracts/index.ts';
import type { Diagnostic } from '../../../core/index.ts';
import { collect } from '../../../testing/collect.ts';
import { parseSecdb } from './advisory.ts';

const fixture = readFileSync(new URL('fixtures/v3.11-main.json', import.meta.url), 'utf8').trim();
const main311 = { release: '3.11', repository: 'main' } as const;

async function* body(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

async function parse(text: string, onDiagnostic?: (diagnostic: Diagnostic) => void): Promise<readonly Advisory[]> {
  const options = onDiagnostic ? { onDiagnostic } : {};
  return collect(parseSecdb(body(new TextEncoder().encode(text)), main311, 'updater', options));
}

const secdb = (packages: unknown): string => JSON.stringify({ reponame: 'main', distroversion: 'v3.11', packages });
const pkg = (name: string, secfixes: unknown): unknown => ({ pkg: { name, secfixes } });

/** What an RFC 6901 pointer leads to. */
function follow(document: unknown, pointer: string): unknown {
  const parts = pointer.split('/').slice(1);
  return parts.reduce((value, part) => (value as Record<string, unknown>)[part.replaceAll('~1', '/').replaceAll('~0', '~')], document);
}

describe('parseSecdb', () => {
  it('gives an advisory a package and finding', async () => {
    const advisories = await parse(fixture);
    const xen = advisories.find(({ name }) => name === 'CVE-2019-17350');

    expect(xen).toEqual({
      part: 'xen',
      name: 'CVE-2019-17350',
      aliases: ['XSA-295'],
      description: '',
      links: ['https://security.alpinelinux.org/vuln/CVE-2019-17350'],
      issued: '',
      severity: '',
      normalizedSeverity: 'Unknown',
      url: 'https://secdb.alpinelinux.org/v3.11/main.json',
      rows: [
        {
          namespace: { key: 'alpine:3.11', scheme: 'apk', distribution: { did: 'alpine', versionId: '3.11' } },
          package: { name: 'xen', kind: 'source', module: '', arch: '', archOperation: '' },
          range: { fixed: '4.12.1-r0' },
          status: 'affected',
          fixState: 'fixed',
          pointer: '/packages/5/pkg/secfixes/4.12.1-r0/0',
        },
      ],
    });
  });

  it('points to the entry that each row was made of', async () => {
    const document: unknown = JSON.parse(fixture);
    for (const { name, rows } of await parse(fixture)) {
      for (const { pointer } of rows) expect(String(follow(document, pointer))).toContain(name);
    }
  });

  it('takes the version 0 for "never affected"', async () => {
    const rows = (
      await parse(secdb([pkg('a', { '0': ['CVE-2020-0001'], '0-r0': ['CVE-2020-0002'], '0.1-r0': ['CVE-2020-0003'] })]))
    ).flatMap((each) => each.rows);
    expect(rows.map(({ status, range }) => [status, range])).toEqual([
      ['not_affected', {}],
      ['not_affected', {}],
      ['affected', { fixed: '0.1-r0' }],
    ]);
  });

  it('does not believe "never affected" beside a fix of the same finding', async () => {
    const [advisory] = await parse(secdb([pkg('a', { '0': ['CVE-2020-0001'], '1-r0': ['CVE-2020-0001'] })]));
    expect(advisory?.rows.map(({ status }) => status)).toEqual(['affected']);
  });

  it('makes one advisory of a finding that was fixed twice, with a row a fix, and one row of a fix that is named twice', async () => {
    const [advisory, ...others] = await parse(
      secdb([
        pkg('rsync', { '3.1.2-r6': ['CVE-2017-17434-1', 'CVE-2017-17434-2 XSA-1'] }),
        pkg('rsync', { '3.1.2-r7': ['CVE-2017-17434'] }),
      ]),
    );
    expect(others).toEqual([]);
    expect(advisory?.aliases).toEqual(['XSA-1']);
    expect(advisory?.rows.map(({ range, pointer }) => [range.fixed, pointer])).toEqual([
      ['3.1.2-r6', '/packages/0/pkg/secfixes/3.1.2-r6/0'],
      ['3.1.2-r7', '/packages/1/pkg/secfixes/3.1.2-r7/0'],
    ]);
  });

  it('keeps the finding of one package apart from that of another', async () => {
    const advisories = await parse(secdb([pkg('a', { '1-r0': ['CVE-2020-0001'] }), pkg('b', { '2-r0': ['CVE-2020-0001'] })]));
    expect(advisories.map(({ part, rows }) => [part, rows[0]?.range.fixed])).toEqual([
      ['a', '1-r0'],
      ['b', '2-r0'],
    ]);
  });

  it('skips records that cannot be read, keeps the rest, and says how many', async () => {
    const said: Diagnostic[] = [];
    const odd = [
      null,
      7,
      { pkg: null },
      pkg('', {}),
      pkg('x', []),
      pkg('y', { '1-r0': 'CVE-2020-0001', '': ['CVE-2020-0002'] }),
      pkg('z', { '1-r0': [null, 'no id', 'CVE-2020-0003'] }),
    ];
    const advisories = await parse(secdb(odd), (diagnostic) => said.push(diagnostic));
    expect(advisories.map(({ part, name }) => [part, name])).toEqual([['z', 'CVE-2020-0003']]);
    expect(said.map(({ code, data }) => [code, data])).toEqual([
      ['FEED_RECORD_SKIPPED', { updater: 'updater', records: 9, first: '/packages/0' }],
    ]);
  });

  it('is safe from names of Object.prototype', async () => {
    const text = '{"packages":[{"pkg":{"name":"__proto__","secfixes":{"__proto__":["CVE-2020-0001"]}}}]}';
    expect((await parse(text)).map(({ part, rows }) => [part, rows[0]?.range.fixed])).toEqual([['__proto__', '__proto__']]);
    expect(({} as Record<string, unknown>)['pkg']).toBeUndefined();
  });

  it('gives nothing of a feed that is cut at any byte', async () => {
    for (let length = 0; length < fixture.length; length++) {
      await expect(parse(fixture.slice(0, length)), `first ${length}`).rejects.toMatchObject({ code: 'FEED_TRUNCATED' });
    }
  });

  it.each([
    ['another release', JSON.stringify({ reponame: 'main', distroversion: 'v3.10', packages: [] })],
    ['another repository', JSON.stringify({ reponame: 'community', distroversion: 'v3.11', packages: [] })],
    ['no packages', '{"reponame":"main"}'],
    ['packages that are no list', '{"packages":{}}'],
    ['an error page', '<html></html>'],
  ])('refuses %s', async (_, text) => {
    await expect(parse(text)).rejects.toMatchObject({ code: 'FEED_MALFORMED' });
  });
});
