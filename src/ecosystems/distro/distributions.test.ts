import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DistributionScanner, FoundDistribution } from '../../contracts/index.ts';
import { layerFiles } from '../../testing/layer-files.ts';
import { alpineDistributionScanner } from './alpine/distribution.ts';
import { azurelinuxDistributionScanner } from './azurelinux/distribution.ts';
import { debianDistributionScanner } from './debian/distribution.ts';
import { linuxDistributionScanner } from './linux/distribution.ts';
import { oracleDistributionScanner } from './oracle/distribution.ts';
import { photonDistributionScanner } from './photon/distribution.ts';
import { suseDistributionScanner } from './suse/distribution.ts';
import { ubuntuDistributionScanner } from './ubuntu/distribution.ts';

const scanners = { alpine: alpineDistributionScanner, debian: debianDistributionScanner, ubuntu: ubuntuDistributionScanner } as const;
const shared = '../shared/conformance';

async function scan(scanner: DistributionScanner, contents: Readonly<Record<string, string>>): Promise<readonly FoundDistribution[]> {
  const wanted = Object.entries(contents).filter(([path]) => scanner.wants(path, { type: 'file', size: 1, mode: 0o644 }) === 'bytes');
  const { distributions = [] } = await scanner.scan(layerFiles(new Map(wanted)));
  return distributions;
}

async function versionIdOf(scanner: DistributionScanner, osRelease: string): Promise<string | undefined> {
  return (await scan(scanner, { 'etc/os-release': osRelease }))[0]?.facts.versionId;
}

describe('distribution scanners', () => {
  it.each([
    ['VERSION_ID=3.11.5', '3.11'],
    ['VERSION_ID=3.11', '3.11'],
    ['VERSION_ID="3.2.0"', '3.2'],
    ['VERSION_ID=3.19_alpha20230901', 'edge'],
    ['VERSION_ID=3.22_alpha20250108', 'edge'],
    ['VERSION_ID=edge', 'edge'],
    ['VERSION_ID=3.19.0_rc1', '3.19'],
    ['VERSION_ID=', undefined],
    ['VERSION_ID=four', undefined],
    ['VERSION_ID=3.11abc', undefined],
    ['', undefined],
  ])('Alpine with %j is %s', async (line, release) => {
    expect(await versionIdOf(alpineDistributionScanner, `ID=alpine\n${line}\n`)).toBe(release);
  });

  it.each([
    ['VERSION_ID="12"', '12', 'bookworm'],
    ['VERSION_ID="12"\nVERSION_CODENAME=bookworm', '12', 'bookworm'],
    ['VERSION_ID=12.5', '12', 'bookworm'],
    ['VERSION_ID=99\nVERSION_CODENAME=future', '99', 'future'],
    ['VERSION_ID=99', '99', ''],
    ['VERSION_CODENAME=bookworm', '12', 'bookworm'],
    ['PRETTY_NAME="Debian GNU/Linux trixie/sid"\nVERSION_CODENAME=trixie', '13', 'trixie'],
    ['PRETTY_NAME="Debian GNU/Linux stretch/sid"', '9', 'stretch'],
    ['VERSION="8 (jessie)"', '8', 'jessie'],
    ['VERSION_CODENAME=sid', 'sid', 'sid'],
    ['VERSION_CODENAME=unheardof', 'unheardof', 'unheardof'],
  ])('Debian with %j is %s', async (lines, versionId, versionCodeName) => {
    const [found] = await scan(debianDistributionScanner, { 'etc/os-release': `ID=debian\n${lines}\n` });
    expect(found?.facts).toMatchObject({ did: 'debian', name: 'Debian GNU/Linux', versionId, versionCodeName });
  });

  it('gives the same facts for Debian 12, for distroless and for an os-release of two lines', async () => {
    const texts = [
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian',
      'PRETTY_NAME="Distroless"\nID="debian"\nVERSION_ID="12"\nVERSION="Debian GNU/Linux 12 (bookworm)"',
      'ID=debian\nVERSION_ID="12"',
    ];
    for (const text of texts) {
      expect((await scan(debianDistributionScanner, { 'usr/lib/os-release': text }))[0]?.facts).toEqual({
        did: 'debian',
        name: 'Debian GNU/Linux',
        version: '12 (bookworm)',
        versionCodeName: 'bookworm',
        versionId: '12',
        arch: '',
        cpe: '',
        prettyName: 'Debian GNU/Linux 12 (bookworm)',
      });
    }
  });

  it('says nothing of Debian when no release is named', async () => {
    expect(await scan(debianDistributionScanner, { 'etc/os-release': 'ID=debian\nNAME=x' })).toEqual([]);
  });

  it.each([
    [oracleDistributionScanner, 'ID="ol"\nVERSION_ID="8.9"', 'ol', '8'],
    [oracleDistributionScanner, 'ID="ol"\nVERSION_ID="10"', 'ol', '10'],
    [oracleDistributionScanner, 'ID="ol"\nVERSION_ID="nine"', undefined, undefined],
    [oracleDistributionScanner, 'ID="rhel"\nVERSION_ID="8.9"', undefined, undefined],
    [photonDistributionScanner, 'ID=photon\nVERSION_ID=5.0', 'photon', '5.0'],
    [photonDistributionScanner, 'ID=photon\nVERSION_ID=five', undefined, undefined],
    [azurelinuxDistributionScanner, 'ID=azurelinux\nVERSION_ID="3.0"', 'azurelinux', '3.0'],
    [azurelinuxDistributionScanner, 'ID=mariner\nVERSION_ID="2.0"', 'mariner', '2.0'],
    [azurelinuxDistributionScanner, 'ID=mariner\nVERSION_ID="2.0.20240101"', 'mariner', '2.0'],
    [azurelinuxDistributionScanner, 'ID=mariner\nVERSION_ID="3.0"', undefined, undefined],
    [suseDistributionScanner, 'ID="sles"\nVERSION_ID="15.5"', 'sles', '15.5'],
    [suseDistributionScanner, 'ID="sles"\nVERSION_ID="15"', 'sles', '15.0'],
    [suseDistributionScanner, 'ID="sles_sap"\nVERSION_ID="15.4"', 'sles', '15.4'],
    [suseDistributionScanner, 'ID="opensuse-leap"\nVERSION_ID="15.6"', 'opensuse-leap', '15.6'],
    [suseDistributionScanner, 'ID="opensuse"\nVERSION_ID="42.3"', 'opensuse-leap', '42.3'],
    [suseDistributionScanner, 'ID="opensuse-tumbleweed"\nVERSION_ID="20240101"', 'opensuse-tumbleweed', 'tumbleweed'],
    [suseDistributionScanner, 'ID="sl-micro"\nVERSION_ID="6.0"', 'sle-micro', '6.0'],
    [suseDistributionScanner, 'ID="sles"\nVERSION_ID="x"', undefined, undefined],
  ])('%#', async (scanner, lines, did, versionId) => {
    const [found] = await scan(scanner, { 'etc/os-release': lines });
    expect([found?.facts.did, found?.facts.versionId]).toEqual([did, versionId]);
  });

  it('gives both files of a layer, and no other path', async () => {
    const text = 'ID=alpine\nVERSION_ID=3.11.5\n';
    const found = await scan(alpineDistributionScanner, {
      'etc/os-release': text,
      'usr/lib/os-release': text,
      'opt/etc/os-release': text,
      'etc/os-release.d/x': text,
    });
    expect(found.map(({ path }) => path)).toEqual(['etc/os-release', 'usr/lib/os-release']);
  });

  it('takes an lsb-release for Ubuntu only where there is no os-release', async () => {
    const lsb = 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\nDISTRIB_CODENAME=lucid\n';
    const [alone] = await scan(ubuntuDistributionScanner, { 'etc/lsb-release': lsb });
    expect(alone?.facts).toMatchObject({ did: 'ubuntu', version: '10.04 (Lucid)', versionId: '10.04', versionCodeName: 'lucid' });
    expect(await scan(ubuntuDistributionScanner, { 'etc/lsb-release': lsb, 'etc/os-release': 'ID=pop\nVERSION_ID=22.04' })).toEqual([]);
  });

  it('falls back to what the file says, marked as such', async () => {
    const [found] = await scan(linuxDistributionScanner, {
      'etc/os-release': 'ID=wolfi\nNAME="Wolfi"\nVERSION_ID=2023\nPRETTY_NAME="Wolfi"',
    });
    expect(found).toMatchObject({
      fallback: true,
      path: 'etc/os-release',
      facts: { did: 'wolfi', name: 'Wolfi', versionId: '2023', version: '' },
    });
    const [bare] = await scan(linuxDistributionScanner, { 'etc/os-release': 'VERSION_ID=1' });
    expect(bare?.facts).toMatchObject({ did: 'linux', name: 'Linux', versionId: '1' });
  });

  it('reports a release file that cannot be read, once', async () => {
    for (const text of ['', 'nonsense\n', '\u0000\u0001\n']) {
      const { distributions, diagnostics = [] } = await linuxDistributionScanner.scan(layerFiles({ 'etc/os-release': text }));
      expect(distributions).toEqual([]);
      expect(diagnostics.map(({ code, path }) => [code, path])).toEqual([['DISTRIBUTION_UNREADABLE', 'etc/os-release']]);
    }
    const rpmScanners = [azurelinuxDistributionScanner, oracleDistributionScanner, photonDistributionScanner, suseDistributionScanner];
    for (const scanner of [...Object.values(scanners), ...rpmScanners]) {
      expect((await scanner.scan(layerFiles({ 'etc/os-release': 'nonsense' }))).diagnostics).toEqual([]);
    }
  });
});

describe.skipIf(!existsSync(shared))('distribution conformance (skipped where ../shared is absent)', () => {
  const folders = [
    { id: 'alpine', folder: `${shared}/distributions/alpine` },
    { id: 'debian', folder: `${shared}/distributions/debian/dist` },
    { id: 'ubuntu', folder: `${shared}/distributions/ubuntu/dist` },
  ] as const;
  const cases = folders.flatMap(({ id, folder }) =>
    existsSync(folder) ? readdirSync(folder).map((release) => ({ id, release, root: `${folder}/${release}` })) : [],
  );
  const read = (path: string): Record<string, string> =>
    existsSync(path) ? { [path.slice(path.indexOf('/etc/') + 1)]: readFileSync(path, 'utf8') } : {};

  it.each(cases)('$id $release', async ({ id, release, root }) => {
    const [found] = await scan(scanners[id], { ...read(`${root}/etc/os-release`), ...read(`${root}/etc/lsb-release`) });
    if (id === 'ubuntu' && release === '11') {
      expect(found).toBeUndefined();
      return;
    }
    expect(found?.facts).toMatchObject({ did: id, versionId: release });
    expect(found?.facts.version.split(' ')[0]).toBe(release);
    if (id !== 'alpine') {
      expect(found?.facts.versionCodeName).toMatch(/^[a-z]+$/);
      return;
    }
    const [want] = JSON.parse(readFileSync(`${root}/want`, 'utf8')) as {
      readonly name: string;
      readonly version: string;
      readonly pretty_name: string;
    }[];
    expect(found?.facts).toMatchObject({ name: want?.name, version: want?.version, prettyName: want?.pretty_name });
  });

  const osReleases = existsSync(`${shared}/osrelease`) ? readdirSync(`${shared}/osrelease`) : [];

  it.each(osReleases)('as a fallback, %s gives what its file says', async (name) => {
    const [, input = '', , expected = '{}'] = readFileSync(`${shared}/osrelease/${name}`, 'utf8').split(/^-- [A-Za-z-]+ --\n/m);
    const [found] = await scan(linuxDistributionScanner, { 'etc/os-release': input });
    const { versionCodeName, versionId, prettyName, ...rest } = found?.facts ?? {};
    const facts = { ...rest, version_code_name: versionCodeName, version_id: versionId, pretty_name: prettyName };
    expect(Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== ''))).toEqual(JSON.parse(expected));
  });
});
