import { LayerBuilder, type TestLayer } from '../../src/testing/index.ts';
import { writeMirror, type SecdbPackages, type TrackerPackages } from './feed-mirror.ts';

/** The manifest of an installed npm package. */
export const packageJson = (name: string, version = '1.0.0'): string => JSON.stringify({ name, version });

export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  /** As the `Source` field has it: `name` or `name (version)`. */
  readonly source?: string;
}

/** A dpkg database of installed packages. */
export function dpkgStatus(packages: readonly DebianPackage[]): string {
  const stanzas = packages.map(({ name, version, source }) => {
    const lines = [`Package: ${name}`, 'Status: install ok installed', 'Architecture: amd64', `Version: ${version}`];
    return `${[...lines, ...(source === undefined ? [] : [`Source: ${source}`])].join('\n')}\n`;
  });
  return stanzas.join('\n');
}

/** An apk database of installed packages. */
export function apkInstalled(packages: readonly { readonly name: string; readonly version: string; readonly origin?: string }[]): string {
  return packages.map(({ name, version, origin = name }) => `P:${name}\nV:${version}\nA:x86_64\no:${origin}\n\n`).join('');
}

export const debianRelease = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n';
export const alpineRelease = 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.19.1\nPRETTY_NAME="Alpine Linux v3.19"\n';

const base: readonly DebianPackage[] = [
  { name: 'base-files', version: '12.4+deb12u5' },
  { name: 'libssl3', version: '3.0.11-1~deb12u2', source: 'openssl' },
  { name: 'openssl', version: '3.0.11-1~deb12u2' },
  { name: 'tar', version: '1.34+dfsg-1.2+deb12u1' },
  { name: 'zlib1g', version: '1:1.2.13.dfsg-1+b1', source: 'zlib (1:1.2.13.dfsg-1)' },
];
const upgraded: readonly DebianPackage[] = [
  ...base.map((entry) => (entry.version.startsWith('3.0.11') ? { ...entry, version: '3.0.14-1~deb12u2' } : entry)),
  { name: 'curl', version: '7.88.1-10+deb12u5' },
  { name: 'libcurl4', version: '7.88.1-10+deb12u5', source: 'curl' },
];

const modules = 'srv/app/node_modules';

/**
 * A Debian image of four layers in which all that layers can do happens once: upgrade, whiteout, opaque directory, hard and
 * symbolic links, a directory that becomes a file, and in two layers an entry that leads out of the root.
 */
export const smallLayers: readonly Uint8Array[] = [
  new LayerBuilder()
    .directory('etc')
    .symlink('etc/os-release', '../usr/lib/os-release')
    .file('usr/lib/os-release', debianRelease)
    .symlink('lib', 'usr/lib')
    .file('var/lib/dpkg/status', dpkgStatus(base))
    .build(),
  new LayerBuilder()
    .file(`${modules}/express/package.json`, packageJson('express', '4.16.0'))
    .file(`${modules}/express/node_modules/qs/package.json`, packageJson('qs', '6.5.1'))
    .file(`${modules}/@scope/thing/package.json`, packageJson('@scope/thing', '2.0.0'))
    .file(`${modules}/lodash/package.json`, packageJson('lodash', '4.17.15'))
    .file(`${modules}/replaced/package.json`, packageJson('replaced'))
    .file('srv/old/node_modules/hidden/package.json', packageJson('hidden'))
    .file('../outside-one', 'x')
    .build(),
  new LayerBuilder()
    .file('var/lib/dpkg/status', dpkgStatus(upgraded))
    .whiteout(`${modules}/lodash`)
    .opaque('srv/old')
    .file('srv/old/node_modules/express/package.json', packageJson('express', '4.16.0'))
    .file('../../outside-two', 'x')
    .build(),
  new LayerBuilder()
    .file(`${modules}/replaced`, 'a file where a directory was')
    .symlink('opt', 'srv')
    .file('usr/local/lib/node_modules/npm/package.json', packageJson('npm', '10.2.4'))
    .hardlink('usr/local/lib/node_modules/same/package.json', 'usr/local/lib/node_modules/npm/package.json')
    .build(),
];

export const toLayers = (tars: readonly Uint8Array[], compression: TestLayer['compression'] = 'none'): readonly TestLayer[] =>
  tars.map((tar) => ({ tar, compression }));

/** What is installed in it, by hand: `name@version`, tab, path. Two names of one file are one package, at the first of them. */
export const smallPlaces: readonly string[] = [
  '@scope/thing@2.0.0\t/srv/app/node_modules/@scope/thing/package.json',
  'base-files@12.4+deb12u5\t/var/lib/dpkg/status',
  'curl@7.88.1-10+deb12u5\t/var/lib/dpkg/status',
  'express@4.16.0\t/srv/app/node_modules/express/package.json',
  'express@4.16.0\t/srv/old/node_modules/express/package.json',
  'libcurl4@7.88.1-10+deb12u5\t/var/lib/dpkg/status',
  'libssl3@3.0.14-1~deb12u2\t/var/lib/dpkg/status',
  'npm@10.2.4\t/usr/local/lib/node_modules/npm/package.json',
  'openssl@3.0.14-1~deb12u2\t/var/lib/dpkg/status',
  'qs@6.5.1\t/srv/app/node_modules/express/node_modules/qs/package.json',
  'tar@1.34+dfsg-1.2+deb12u1\t/var/lib/dpkg/status',
  'zlib1g@1:1.2.13.dfsg-1+b1\t/var/lib/dpkg/status',
];

/** The tracker's words about it: fixed above, at and below what is installed, open, never affected, undetermined. */
export const smallTracker: TrackerPackages = {
  curl: {
    'CVE-2024-2398': { status: 'resolved', fixed_version: '7.88.1-10+deb12u6', urgency: 'high' },
    'CVE-2023-38545': { status: 'resolved', fixed_version: '7.88.1-10+deb12u4', urgency: 'high' },
    'CVE-2024-2379': { status: 'open', urgency: 'unimportant' },
  },
  openssl: {
    'CVE-2024-6119': { status: 'resolved', fixed_version: '3.0.14-1~deb12u2', urgency: 'not yet assigned' },
    'CVE-2024-5535': { status: 'resolved', fixed_version: '3.0.15-1~deb12u1', urgency: 'low' },
    'CVE-2022-2274': { status: 'resolved', fixed_version: '0', urgency: 'unimportant' },
  },
  tar: { 'CVE-2023-39804': { status: 'undetermined', urgency: 'not yet assigned' } },
  zlib: { 'CVE-2023-45853': { status: 'open', urgency: 'not yet assigned' } },
};

/** What of it is affected, by hand: package, installed version, advisory. */
export const smallFindings: readonly string[] = [
  'curl 7.88.1-10+deb12u5 CVE-2024-2379',
  'curl 7.88.1-10+deb12u5 CVE-2024-2398',
  'libcurl4 7.88.1-10+deb12u5 CVE-2024-2379',
  'libcurl4 7.88.1-10+deb12u5 CVE-2024-2398',
  'libssl3 3.0.14-1~deb12u2 CVE-2024-5535',
  'openssl 3.0.14-1~deb12u2 CVE-2024-5535',
  'zlib1g 1:1.2.13.dfsg-1+b1 CVE-2023-45853',
];

/** An Alpine image of one layer: complete coverage, and findings without a severity. */
export const alpineLayers: readonly Uint8Array[] = [
  new LayerBuilder()
    .file('etc/os-release', alpineRelease)
    .file(
      'lib/apk/db/installed',
      apkInstalled([
        { name: 'busybox', version: '1.36.1-r15' },
        { name: 'ssl_client', version: '1.36.1-r15', origin: 'busybox' },
        { name: 'zlib', version: '1.3.1-r0' },
      ]),
    )
    .build(),
];

export const smallSecdb: SecdbPackages = {
  busybox: { '1.36.1-r2': ['CVE-2022-48174'], '1.36.1-r16': ['CVE-2023-42366'], '1.36.1-r17': ['CVE-2023-42363'] },
  zlib: { '0': ['CVE-2023-45853'], '1.2.12-r2': ['CVE-2022-37434'] },
};

/** A mirror with the feeds that both images need. */
export function writeSmallMirror(directory: string): string {
  writeMirror(directory, { tracker: smallTracker, secdb: { 'v3.19': { main: smallSecdb, community: {} } } });
  return directory;
}
