import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../contracts/index.ts';
import { layerFiles } from '../../../testing/layer-files.ts';
import { rhelDistributionScanner } from './distribution.ts';
import { rhelRepositoryScanner } from './repository.ts';

/** A history with what the two forms have in common, as SQLite writes it. */
function historyOf(actionColumn: string, actionOf: (name: 'Install' | 'Remove') => number, sql = ''): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'claircore-history-'));
  try {
    const database = new DatabaseSync(join(folder, 'x.sqlite'));
    database.exec(`${sql} CREATE TABLE repo (id INTEGER PRIMARY KEY, repoid TEXT NOT NULL);
      INSERT INTO repo VALUES (1, 'baseos-rpms'), (2, 'appstream-rpms'), (3, 'gone-rpms'), (4, 'unused-rpms');
      CREATE TABLE trans_item (id INTEGER PRIMARY KEY AUTOINCREMENT, trans_id INTEGER, item_id INTEGER, repo_id INTEGER, ${actionColumn}, state INTEGER);
      INSERT INTO trans_item VALUES (1, 1, 1, 1, ${actionOf('Install')}, 1), (2, 1, 2, 2, ${actionOf('Install')}, 1),
        (3, 2, 2, 3, ${actionOf('Remove')}, 1), (4, 2, 3, NULL, ${actionOf('Install')}, 1);`);
    database.close();
    return Uint8Array.from(readFileSync(join(folder, 'x.sqlite')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const file = { type: 'file', size: 1, mode: 0o644 } as const;
const conformance = '../shared/conformance/distributions/rhel/releasefiles';

async function releases(contents: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const wanted = Object.entries(contents).filter(([path]) => rhelDistributionScanner.wants(path, file) === 'bytes');
  const { distributions = [] } = await rhelDistributionScanner.scan(layerFiles(new Map(wanted)));
  return distributions.map(({ facts }) => `${facts.did} ${facts.versionId}`);
}

describe('the distribution scanner', () => {
  it.each([
    ['ID="rhel"\nVERSION_ID="8.10"', ['rhel 8']],
    ['ID="rhel"\nVERSION_ID="10.0"', ['rhel 10']],
    ['ID="rhel"\nVERSION_ID=""', []],
    ['ID="centos"\nNAME="CentOS Linux"\nVERSION_ID="7"', ['centos 7']],
    ['ID="centos"\nNAME="CentOS Linux"\nVERSION_ID="8"', ['centos 8']],
    ['ID="centos"\nNAME="CentOS Stream"\nVERSION_ID="8"', []],
    ['ID="centos"\nNAME="CentOS"\nPRETTY_NAME="CentOS Stream 9"\nVERSION_ID="9"', []],
    ['ID="centos"\nVERSION_ID="9"', []],
    ['ID=fedora\nVERSION_ID=40', []],
    ['ID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.3"', []],
    ['ID="ol"\nVERSION_ID="8.9"', []],
  ])('os-release %j is %j', async (text, expected) => {
    expect(await releases({ 'etc/os-release': text })).toEqual(expected);
  });

  it.each([
    ['Red Hat Enterprise Linux Server release 6.10 (Santiago)', ['rhel 6']],
    ['Red Hat Enterprise Linux Server release 5.11 (Tikanga)', ['rhel 5']],
    ['Red Hat Enterprise Linux release 9.0 (Plow)', ['rhel 9']],
    ['Red Hat Enterprise Linux Atomic Host release 7.4', ['rhel 7']],
    ['CentOS release 6.10 (Final)', ['centos 6']],
    ['CentOS Linux release 7.9.2009 (Core)', ['centos 7']],
    ['CentOS Stream release 9', []],
    ['Fedora release 40 (Forty)', []],
    ['AlmaLinux release 8.5 (Arctic Sphynx)', []],
    ['', []],
  ])('redhat-release %j is %j', async (text, expected) => {
    expect(await releases({ 'etc/redhat-release': text })).toEqual(expected);
  });

  it('takes the older file where there is no os-release, and never beside Oracle’s', async () => {
    const text = 'Red Hat Enterprise Linux release 8.9 (Ootpa)';
    expect(await releases({ 'etc/os-release': 'ID=ol\nVERSION_ID=8.9', 'etc/redhat-release': text })).toEqual([]);
    expect(await releases({ 'etc/oracle-release': 'Oracle Linux Server release 8.9', 'etc/redhat-release': text })).toEqual([]);
  });

  it('gives the same facts for every minor release', async () => {
    const facts = async (version: string) => {
      const { distributions = [] } = await rhelDistributionScanner.scan(
        layerFiles(new Map([['etc/os-release', `ID="rhel"\nVERSION_ID="${version}"`]])),
      );
      return distributions[0]?.facts;
    };
    expect(await facts('8.1')).toEqual(await facts('8.10'));
    expect(await facts('8.1')).toMatchObject({ did: 'rhel', version: '8', versionId: '8', cpe: 'cpe:/o:redhat:enterprise_linux:8' });
  });

  it.skipIf(!existsSync(conformance))('knows the reference release files (skipped where ../shared is absent)', async () => {
    const found: Record<string, readonly string[]> = {};
    for (const folder of readdirSync(conformance)) {
      const etc = `${conformance}/${folder}/etc`;
      const contents = new Map(readdirSync(etc).map((name) => [`etc/${name}`, readFileSync(`${etc}/${name}`, 'utf8')]));
      found[folder] = await releases(Object.fromEntries(contents));
    }
    expect(found).toEqual({
      '7': ['rhel 7'],
      '8': ['rhel 8'],
      '9': ['rhel 9'],
      'atomichost-7': ['rhel 7'],
      hummingbird: [],
      'oracle-6': [],
      'oracle-7': [],
      'oracle-8': [],
      'oracle-9': [],
    });
  });
});

describe('the repository scanner', () => {
  const first = 'root/buildinfo/content_manifests/ubi8-container-8.10-1.json';
  const scan = async (contents: Readonly<Record<string, string | Uint8Array>>): Promise<Findings> => {
    const wanted = Object.entries(contents).filter(([path]) => rhelRepositoryScanner.wants(path, file) !== 'no');
    return await rhelRepositoryScanner.scan(layerFiles(new Map(wanted)));
  };
  const ids = async (contents: Readonly<Record<string, string | Uint8Array>>): Promise<readonly string[]> =>
    ((await scan(contents)).repositories ?? []).map(({ facts }) => facts.name);
  const manifest = (...sets: readonly unknown[]): string => JSON.stringify({ metadata: {}, content_sets: sets });

  it('gives the repositories of the content manifest, sorted, each once', async () => {
    expect(await scan({ [first]: manifest('b-rpms', 'a-rpms', 'b-rpms', '', 7) })).toEqual({
      repositories: ['a-rpms', 'b-rpms'].map((name) => ({
        facts: { name, key: 'rpm-repository', uri: `repoid=${name}`, cpe: '' },
        path: first,
      })),
    });
  });

  it('takes the first of the three places', async () => {
    const [second, third] = ['usr/share/buildinfo/content_manifests/x.json', 'usr/share/buildinfo/content-sets.json'];
    expect(await ids({ [third]: manifest('c'), [second]: manifest('b'), [first]: manifest('a') })).toEqual(['a']);
    expect(await ids({ [third]: manifest('c'), [second]: manifest('b') })).toEqual(['b']);
    expect(await ids({ [third]: manifest('c'), 'usr/share/buildinfo/labels.json': '{}' })).toEqual(['c']);
  });

  it.each([
    'root/buildinfo/content_manifests/deep/x.json',
    'root/buildinfo/content_manifests/x.txt',
    'app/root/buildinfo/content_manifests/x.json',
    'usr/share/buildinfo/labels.json',
    'root/buildinfo/Dockerfile-ubi8-8.10-1',
  ])('does not want %s', (path) => {
    expect(rhelRepositoryScanner.wants(path, file)).toBe('no');
  });

  describe('where the manifest leaves it to the history of dnf, or there is none', () => {
    const dnf4 = ['var/lib/dnf/history.sqlite', historyOf('action INTEGER', (action) => (action === 'Remove' ? 8 : 1))] as const;
    const actions =
      "CREATE TABLE trans_item_action (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO trans_item_action VALUES (1, 'Install'), (5, 'Remove');";
    const dnf5 = [
      'usr/lib/sysimage/libdnf5/transaction_history.sqlite',
      historyOf('action_id INTEGER', (action) => (action === 'Remove' ? 5 : 1), actions),
    ] as const;
    const leaving = JSON.stringify({ from_dnf_hint: true, content_sets: ['not-this-rpms'] });

    it.each([
      ['dnf 4', dnf4],
      ['dnf 5', dnf5],
    ])('%s: takes the repositories of all transactions but removals', async (_, [path, bytes]) => {
      const expected = ['appstream-rpms', 'baseos-rpms'];
      expect(await ids({ [path]: bytes })).toEqual(expected);
      expect(await ids({ [path]: bytes, [first]: leaving })).toEqual(expected);
      expect(await ids({ [path]: bytes, [first]: manifest('a') })).toEqual(['a']);
      expect(await ids({ [path]: bytes, [first]: '{' })).toEqual(expected);
    });

    it('says that a damaged history cannot be read, and never throws', async () => {
      const [path, bytes] = dnf4;
      for (let at = 0; at < bytes.length; at += 211) {
        const { diagnostics = [], repositories = [] } = await scan({ [path]: bytes.slice(0, at) });
        expect([diagnostics.map(({ code }) => code), repositories]).toEqual([['FILE_UNPARSABLE'], []]);
        const flipped = bytes.slice();
        flipped[at] = 0xff ^ (flipped[at] ?? 0);
        expect(await scan({ [path]: flipped })).toBeTypeOf('object');
      }
    });

    it('has none where there is neither', async () => {
      expect(await ids({ [first]: leaving })).toEqual([]);
    });
  });

  it.each(['', '{', '[]', 'null', '7'])('says that %j is no manifest', async (text) => {
    const { repositories = [], diagnostics = [] } = await scan({ [first]: text });
    expect([repositories, diagnostics.map(({ code }) => code)]).toEqual([[], ['FILE_UNPARSABLE']]);
  });

  it('never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        expect(await scan({ [first]: text })).toBeTypeOf('object');
      }),
    );
  });
});
