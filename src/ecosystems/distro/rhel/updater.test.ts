import { zstdCompressSync } from 'node:zlib';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Advisory } from '../../../contracts/index.ts';
import type { Diagnostic } from '../../../core/index.ts';
import { tarEnd, tarEntry } from '../../../formats/tar/index.ts';
import { collect } from '../../../testing/collect.ts';
import { FakeFeedClient } from '../../../testing/fake-feed-client.ts';
import { updaterSuite } from '../../../testing/updater-suite.ts';
import { parseRepositoryNames, repositoryNamesUpdater, repositoryNamesUrl } from './repository-names.ts';
import { rhelUpdaterSet, rhelVexUpdater } from './updater.ts';
import { vexBaseUrl } from './vex-url.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The least that is a document: one package, fixed in this version. */
function documentOf(cve: string, fixed: string, status = 'final'): string {
  return JSON.stringify({
    document: { tracking: { id: cve, status } },
    product_tree: {
      branches: [
        { product: { product_id: 'p', product_identification_helper: { cpe: 'cpe:/o:redhat:enterprise_linux:9::baseos' } } },
        { product: { product_id: 'c', product_identification_helper: { purl: `pkg:rpm/redhat/demo@${fixed}?arch=x86_64` } } },
      ],
      relationships: [
        {
          category: 'default_component_of',
          full_product_name: { product_id: 'p:c' },
          product_reference: 'c',
          relates_to_product_reference: 'p',
        },
      ],
    },
    vulnerabilities: [{ cve, product_status: { fixed: ['p:c'] } }],
  });
}

async function tar(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (const [path, text] of Object.entries(files)) {
    const bytes = encode(text);
    chunks.push(...(await collect(tarEntry({ path, type: 'file', size: bytes.length }, [bytes]))).map((chunk) => chunk.slice()));
  }
  return Uint8Array.from(Buffer.concat([...chunks, tarEnd()]));
}

const archive = 'csaf_vex_2024-08-04.tar.zst';

async function mirror(files: Readonly<Record<string, string>>): Promise<FakeFeedClient> {
  const bytes = zstdCompressSync(await tar(files));
  return new FakeFeedClient()
    .set(`${vexBaseUrl}archive_latest.txt`, `${archive}\n`)
    .set(vexBaseUrl + archive, bytes)
    .set(`${vexBaseUrl}changes.csv`, '')
    .set(`${vexBaseUrl}deletions.csv`, '');
}

async function load(client: FakeFeedClient, fingerprint?: string) {
  const fetched = await rhelVexUpdater.fetch(fingerprint, { client });
  if (fetched.kind === 'unchanged') return { fingerprint, fixes: 'unchanged' };
  const advisories = await collect(rhelVexUpdater.parse(fetched.body));
  return { fingerprint: fetched.fingerprint, fixes: advisories.map(({ name, rows }) => `${name} ${rows[0]?.range.fixed}`) };
}

describe('the updater of VEX documents', () => {
  const old = {
    '2023/cve-2023-0001.json': documentOf('CVE-2023-0001', '1-1'),
    '2023/cve-2023-0002.json': documentOf('CVE-2023-0002', '1-1'),
  };

  it('reads the archive, and not again while nothing changed', async () => {
    const client = await mirror(old);
    const { fingerprint, fixes } = await load(client);
    expect(fixes).toEqual(['CVE-2023-0001 0:1-1', 'CVE-2023-0002 0:1-1']);
    expect((await load(client, fingerprint)).fixes).toBe('unchanged');
    expect(client.requests.filter((url) => url.endsWith('.zst'))).toHaveLength(1);
  });

  it('has what changed since the archive’s day in place of the archive’s, and not what was deleted', async () => {
    const client = await mirror({ ...old, '2023/cve-2023-0003.json': documentOf('CVE-2023-0003', '1-1') });
    const before = await load(client);
    client
      .set(`${vexBaseUrl}2023/cve-2023-0001.json`, documentOf('CVE-2023-0001', '2-1'))
      .set(`${vexBaseUrl}2024/cve-2024-0009.json`, documentOf('CVE-2024-0009', '3-1'))
      .set(
        `${vexBaseUrl}changes.csv`,
        [
          '"2024/cve-2024-0009.json","2024-08-28T09:39:21+00:00"',
          '"2023/cve-2023-0001.json","2024-08-04T16:17:31+00:00"',
          '"2023/cve-2023-0404.json","2024-08-04T16:17:31+00:00"',
          '"2023/cve-2023-0002.json","2024-07-10T15:40:28+00:00"',
          'no line, of, this',
          '"../../etc/passwd","2024-08-28T09:39:21+00:00"',
        ].join('\n'),
      )
      .set(`${vexBaseUrl}deletions.csv`, '"2023/cve-2023-0003.json","2024-08-05T00:00:00+00:00"');
    const after = await load(client, before.fingerprint);
    expect(after.fixes).toEqual(['CVE-2024-0009 0:3-1', 'CVE-2023-0001 0:2-1', 'CVE-2023-0002 0:1-1']);
    expect((await load(client, after.fingerprint)).fixes).toBe('unchanged');
    client.set(`${vexBaseUrl}deletions.csv`, '');
    expect((await load(client, after.fingerprint)).fixes).toHaveLength(4);
  });

  it('reads an archive that a mirror has without the lists', async () => {
    const client = (await mirror(old)).set(`${vexBaseUrl}changes.csv`, undefined).set(`${vexBaseUrl}deletions.csv`, undefined);
    const { fingerprint, fixes } = await load(client);
    expect(fixes).toHaveLength(2);
    expect((await load(client, fingerprint)).fixes).toBe('unchanged');
  });

  it.each(['', '../../x.tar.zst', 'https://elsewhere.example/x.tar.zst', '.hidden.tar', 'x.zip'])('does not follow %j', async (name) => {
    const client = (await mirror(old)).set(`${vexBaseUrl}archive_latest.txt`, name);
    await expect(load(client)).rejects.toMatchObject({ code: 'FEED_MALFORMED' });
  });

  it('fails where there is no archive', async () => {
    await expect(load(new FakeFeedClient())).rejects.toMatchObject({ code: 'FEED_NOT_FOUND' });
    await expect(load((await mirror(old)).set(vexBaseUrl + archive, undefined))).rejects.toMatchObject({ code: 'FEED_NOT_FOUND' });
  });

  it('skips documents that cannot be read, and those that were deleted, and says how many', async () => {
    const bytes = await tar({
      ...old,
      '2023/cve-2023-0003.json': '{',
      '2023/cve-2023-0004.json': '[]',
      '2023/cve-2023-0005.json': documentOf('CVE-2023-0005', '1-1', 'deleted'),
      'README.md': 'x',
    });
    const said: Diagnostic[] = [];
    const advisories: readonly Advisory[] = await collect(
      rhelVexUpdater.parse(pieces(bytes), { onDiagnostic: (one) => void said.push(one) }),
    );
    expect(advisories.map(({ name }) => name)).toEqual(['CVE-2023-0001', 'CVE-2023-0002']);
    expect(said).toMatchObject([{ code: 'FEED_RECORD_SKIPPED', data: { records: 2, first: '/2023~1cve-2023-0003.json' } }]);
  });

  it('fails at the end of an archive that is cut at any byte', async () => {
    const [plain, compressed] = [await tar(old), zstdCompressSync(await tar(old))];
    for (const bytes of [compressed, plain]) {
      for (let length = 1; length < bytes.length - 600; length += bytes === plain ? 97 : 7) {
        await expect(collect(rhelVexUpdater.parse(pieces(bytes.subarray(0, length)))), `first ${length}`).rejects.toMatchObject({
          kind: 'feed',
        });
      }
    }
  });

  it('is needed together with the names of repositories, by products alone', async () => {
    const product = 'redhat:cpe:/o:redhat:enterprise_linux:9';
    expect(rhelUpdaterSet.expected(product)).toEqual(['rhel-vex', 'rhel-repository-to-cpe']);
    expect(rhelUpdaterSet.expected('redhat-repository')).toEqual(['rhel-repository-to-cpe']);
    expect(['debian:12', 'redhat', 'redhat:x', ''].map((namespace) => rhelUpdaterSet.serves(namespace))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    const client = new FakeFeedClient();
    const found = async (namespaces?: readonly string[]): Promise<number> => (await rhelUpdaterSet.discover({ client, namespaces })).length;
    expect([await found(), await found([product]), await found(['debian:12'])]).toEqual([2, 2, 0]);
  });
});

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

describe('the names of repositories', () => {
  const read = async (text: string | Uint8Array, said: Diagnostic[] = []): Promise<readonly Advisory[]> =>
    collect(
      parseRepositoryNames(pieces(typeof text === 'string' ? encode(text) : text), 'x', { onDiagnostic: (one) => void said.push(one) }),
    );

  it('are an entry a repository, with its CPEs as aliases', async () => {
    const said: Diagnostic[] = [];
    const cpes = ['cpe:/o:redhat:enterprise_linux:8::baseos', 'cpe:/a:redhat:rhel:8.3::appstream'];
    const data = { 'a-rpms': { cpes: [...cpes, 'nonsense'] }, b: { cpes: [] }, c: null, __proto__x: { cpes: ['x'] } };
    const entries = await read(JSON.stringify({ data }), said);
    expect(entries.map(({ name, aliases, url, rows }) => [name, aliases, url, rows[0]?.pointer])).toEqual([
      ['a-rpms', cpes.toSorted(), repositoryNamesUrl, '/data/a-rpms'],
    ]);
    expect(said).toMatchObject([{ data: { records: 4 } }]);
  });

  it('fail where the document is cut', async () => {
    await expect(read('{"data":{"a":{"cpes":["cpe:/a:b"]}')).rejects.toMatchObject({ code: 'FEED_TRUNCATED' });
  });

  const shared = '../shared/data/redhat/repository-to-cpe.tar.zst';
  const tools = spawnSync('sh', ['-c', 'command -v zstd && command -v jq']).status === 0;
  it.skipIf(!existsSync(shared) || !tools)(
    'of the whole list are as many as jq counts (skipped where ../shared, zstd or jq is absent)',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'claircore-names-'));
      try {
        execFileSync('sh', ['-c', 'zstd -dc --long=27 "$1" | tar x -C "$2"', 'sh', shared, folder]);
        const path = execFileSync('find', [folder, '-name', '*.json'], { encoding: 'utf8' }).trim().split('\n')[0] ?? '';
        const entries = await read(readFileSync(path));
        const program = '[(.data | length), ([.data[].cpes[]] | length)]';
        const count = execFileSync('sh', ['-c', 'jq -c "$1" "$2"', 'sh', program, path], { encoding: 'utf8' });
        expect([entries.length, entries.reduce((sum, { aliases }) => sum + aliases.length, 0)]).toEqual(JSON.parse(count));
        expect(entries).toHaveLength(10_106);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});

const sample = await tar({
  '2023/cve-2023-0001.json': documentOf('CVE-2023-0001', '1-1'),
  '2023/cve-2023-0002.json': documentOf('CVE-2023-0002', '1-1'),
});

updaterSuite('rhel-vex', () => ({
  updater: rhelVexUpdater,
  served: {
    [`${vexBaseUrl}archive_latest.txt`]: archive,
    [vexBaseUrl + archive]: zstdCompressSync(sample),
    [`${vexBaseUrl}changes.csv`]: '"2023/cve-2023-0001.json","2024-08-04T10:17:22+00:00"',
    [`${vexBaseUrl}deletions.csv`]: '"2023/cve-2023-0009.json","2024-08-03T10:17:22+00:00"',
    [`${vexBaseUrl}2023/cve-2023-0001.json`]: documentOf('CVE-2023-0001', '2-1'),
  },
  changing: `${vexBaseUrl}changes.csv`,
  isToldAtItsEnd: true,
}));

updaterSuite('rhel-repository-to-cpe', () => ({
  updater: repositoryNamesUpdater,
  served: { [repositoryNamesUrl]: JSON.stringify({ data: { a: { cpes: ['cpe:/a:b:c'] }, b: { cpes: ['cpe:/a:b:d'] } } }) },
  isToldAtItsEnd: true,
}));
