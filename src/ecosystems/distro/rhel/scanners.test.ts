import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../contracts/index.ts';
import { layerFiles } from '../../../testing/layer-files.ts';
import { rhelDistributionScanner } from './distribution.ts';
import { rhelRepositoryScanner } from './repository.ts';

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
  const scan = async (contents: Readonly<Record<string, string>>): Promise<Findings> => {
    const wanted = Object.entries(contents).filter(([path]) => rhelRepositoryScanner.wants(path, file) === 'bytes');
    return await rhelRepositoryScanner.scan(layerFiles(new Map(wanted)));
  };
  const ids = async (contents: Readonly<Record<string, string>>): Promise<readonly string[]> =>
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

  it('leaves to the history of the package manager what the manifest leaves to it', async () => {
    expect(await ids({ [first]: JSON.stringify({ from_dnf_hint: true, content_sets: ['a'] }) })).toEqual([]);
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
