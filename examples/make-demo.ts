// Makes the demo: two small images and a mirror of the feeds that they need. Run: npm run demo
// Package names, versions, CVE ids and fixed versions are real (see SOURCE.md); the rest is made here.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dockerArchive, LayerBuilder, ociLayout, writeArchive, writeZip } from '../src/testing/index.ts';

const here = dirname(fileURLToPath(import.meta.url));

interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly source?: string;
}

const debianBase: readonly DebianPackage[] = [
  { name: 'apt', version: '2.6.1' },
  { name: 'base-files', version: '12.4+deb12u5' },
  { name: 'bash', version: '5.2.15-2+b2', source: 'bash (5.2.15-2)' },
  { name: 'libc-bin', version: '2.36-9+deb12u4', source: 'glibc' },
  { name: 'libc6', version: '2.36-9+deb12u4', source: 'glibc' },
  { name: 'libgnutls30', version: '3.7.9-2+deb12u1', source: 'gnutls28' },
  { name: 'libssl3', version: '3.0.11-1~deb12u2', source: 'openssl' },
  { name: 'tar', version: '1.34+dfsg-1.2+deb12u1' },
  { name: 'zlib1g', version: '1:1.2.13.dfsg-1', source: 'zlib' },
];

const debianAdded: readonly DebianPackage[] = [
  { name: 'curl', version: '7.88.1-10+deb12u5' },
  { name: 'libcurl4', version: '7.88.1-10+deb12u5', source: 'curl' },
  { name: 'libexpat1', version: '2.5.0-1', source: 'expat' },
  { name: 'libnghttp2-14', version: '1.52.0-1+deb12u1', source: 'nghttp2' },
];

/** What a security upgrade of the image changed. */
const debianUpgraded = new Map([['libssl3', '3.0.14-1~deb12u2']]);

function dpkgStatus(packages: readonly DebianPackage[]): string {
  return packages
    .map(({ name, version, source }) =>
      [
        `Package: ${name}`,
        'Status: install ok installed',
        'Maintainer: Demo <demo@example.invalid>',
        'Architecture: amd64',
        ...(source === undefined ? [] : [`Source: ${source}`]),
        `Version: ${version}`,
        '',
      ].join('\n'),
    )
    .join('\n');
}

function npmPackage(name: string, version: string): string {
  return `${JSON.stringify({ name, version, license: 'MIT' }, undefined, 2)}\n`;
}

function debianImage(): void {
  const base = new LayerBuilder()
    .directory('etc')
    .symlink('etc/os-release', '../usr/lib/os-release')
    .file(
      'usr/lib/os-release',
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n',
    )
    .file('var/lib/dpkg/status', dpkgStatus(debianBase));
  const withCurl = [...debianBase, ...debianAdded];
  const upgraded = withCurl.map((entry) => ({ ...entry, version: debianUpgraded.get(entry.name) ?? entry.version }));
  const application = new LayerBuilder()
    .file('srv/shop/package.json', npmPackage('shop', '1.0.0'))
    .file('srv/shop/node_modules/express/package.json', npmPackage('express', '4.16.0'))
    .file('srv/shop/node_modules/lodash/package.json', npmPackage('lodash', '4.17.15'));
  const layers = [
    base,
    new LayerBuilder().file('var/lib/dpkg/status', dpkgStatus(withCurl)),
    application,
    new LayerBuilder().file('var/lib/dpkg/status', dpkgStatus(upgraded)).whiteout('srv/shop/node_modules/lodash'),
  ].map((layer) => ({ tar: layer.build(), compression: 'gzip' as const }));
  writeArchive(join(here, 'shop.tar'), ociLayout([{ layers, names: ['demo/shop:1'] }]));
}

interface ApkPackage {
  readonly name: string;
  readonly version: string;
  readonly origin: string;
}

const apkPackages: readonly ApkPackage[] = [
  { name: 'alpine-baselayout', version: '3.4.3-r2', origin: 'alpine-baselayout' },
  { name: 'musl', version: '1.2.4_git20230717-r4', origin: 'musl' },
  { name: 'busybox', version: '1.36.1-r15', origin: 'busybox' },
  { name: 'ssl_client', version: '1.36.1-r15', origin: 'busybox' },
  { name: 'libcrypto3', version: '3.1.4-r5', origin: 'openssl' },
  { name: 'libssl3', version: '3.1.4-r5', origin: 'openssl' },
  { name: 'zlib', version: '1.3.1-r0', origin: 'zlib' },
];

function alpineImage(): void {
  const installed = apkPackages.map(({ name, version, origin }) => `P:${name}\nV:${version}\nA:x86_64\no:${origin}\n`).join('\n');
  const layer = new LayerBuilder()
    .file('etc/os-release', 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.19.1\nPRETTY_NAME="Alpine Linux v3.19"\n')
    .file('lib/apk/db/installed', `${installed}\n`);
  writeArchive(join(here, 'tiny.tar'), dockerArchive([{ layers: [{ tar: layer.build() }], names: ['demo/tiny:1'] }]));
}

interface Fact {
  readonly cve: string;
  /** Absent: no fix. `0`: this release was never affected. */
  readonly fixed?: string;
  readonly urgency?: string;
  readonly about: string;
}

const trackerFacts: Readonly<Record<string, readonly Fact[]>> = {
  curl: [
    { cve: 'CVE-2024-2379', urgency: 'unimportant', about: 'QUIC certificate check skipped under some conditions' },
    { cve: 'CVE-2024-2398', fixed: '7.88.1-10+deb12u6', about: 'memory leak when an HTTP/2 server push is refused' },
    { cve: 'CVE-2024-7264', fixed: '7.88.1-10+deb12u7', about: 'read past the end of an ASN.1 time field' },
    { cve: 'CVE-2024-8096', fixed: '7.88.1-10+deb12u8', about: 'revoked certificates may pass with OCSP stapling' },
    { cve: 'CVE-2023-38545', fixed: '7.88.1-10+deb12u4', about: 'heap overflow in the SOCKS5 handshake' },
  ],
  expat: [
    { cve: 'CVE-2024-45490', fixed: '2.5.0-1+deb12u1', about: 'a negative length is accepted' },
    { cve: 'CVE-2024-28757', urgency: 'unimportant', about: 'entity expansion in isolated external parsers' },
  ],
  glibc: [
    { cve: 'CVE-2024-2961', fixed: '2.36-9+deb12u6', about: 'overflow in the conversion to ISO-2022-CN-EXT' },
    { cve: 'CVE-2024-33599', fixed: '2.36-9+deb12u7', about: 'stack overflow in the netgroup cache of nscd' },
    { cve: 'CVE-2023-6780', fixed: '2.36-9+deb12u4', about: 'integer overflow in syslog' },
  ],
  gnutls28: [{ cve: 'CVE-2024-0553', fixed: '3.7.9-2+deb12u2', about: 'timing of the RSA-PSK key exchange' }],
  nghttp2: [
    { cve: 'CVE-2024-28182', fixed: '1.52.0-1+deb12u2', about: 'unbounded CONTINUATION frames' },
    { cve: 'CVE-2023-44487', fixed: '1.52.0-1+deb12u1', about: 'rapid reset of HTTP/2 streams' },
  ],
  openssl: [
    { cve: 'CVE-2024-2511', fixed: '3.0.14-1~deb12u1', about: 'unbounded growth of the TLS 1.3 session cache' },
    { cve: 'CVE-2024-6119', fixed: '3.0.14-1~deb12u2', about: 'crash when a certificate name is checked' },
    { cve: 'CVE-2024-5535', fixed: '3.0.15-1~deb12u1', about: 'read beyond a buffer when protocols are selected' },
  ],
  tar: [{ cve: 'CVE-2023-39804', fixed: '1.34+dfsg-1.2+deb12u1', about: 'crash on extension attributes of a pax archive' }],
  zlib: [{ cve: 'CVE-2023-45853', about: 'integer overflow in MiniZip' }],
};

function trackerMirror(): void {
  const document = Object.fromEntries(
    Object.entries(trackerFacts).map(([source, facts]) => [
      source,
      Object.fromEntries(
        facts.map(({ cve, fixed, urgency = 'not yet assigned', about }) => [
          cve,
          {
            description: about,
            scope: 'remote',
            releases: {
              bookworm: {
                status: fixed === undefined ? 'open' : 'resolved',
                repositories: {},
                ...(fixed !== undefined && { fixed_version: fixed }),
                urgency,
              },
            },
          },
        ]),
      ),
    ]),
  );
  writeMirror('security-tracker.debian.org/tracker/data/json', document);
}

const secdbFacts: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  busybox: {
    '1.36.1-r2': ['CVE-2022-48174'],
    '1.36.1-r16': ['CVE-2023-42366'],
    '1.36.1-r17': ['CVE-2023-42363'],
    '1.36.1-r19': ['CVE-2023-42364', 'CVE-2023-42365'],
  },
  musl: { '1.2.2_pre2-r0': ['CVE-2020-28928'] },
  openssl: {
    '3.1.4-r5': ['CVE-2024-0727'],
    '3.1.4-r6': ['CVE-2024-2511'],
    '3.1.5-r0': ['CVE-2024-4603'],
    '3.1.7-r0': ['CVE-2024-6119'],
  },
  zlib: { '0': ['CVE-2023-45853'], '1.2.12-r2': ['CVE-2022-37434'] },
};

function secdbMirror(): void {
  const document = (repository: string, facts: typeof secdbFacts): object => ({
    apkurl: '{{urlprefix}}/{{distroversion}}/{{reponame}}/{{arch}}/{{pkg.name}}-{{pkg.ver}}.apk',
    archs: ['x86_64'],
    reponame: repository,
    urlprefix: 'https://dl-cdn.alpinelinux.org/alpine',
    distroversion: 'v3.19',
    packages: Object.entries(facts).map(([name, secfixes]) => ({ pkg: { name, secfixes } })),
  });
  writeMirror('secdb.alpinelinux.org/v3.19/main.json', document('main', secdbFacts));
  writeMirror('secdb.alpinelinux.org/v3.19/community.json', document('community', {}));
}

interface NpmFact {
  readonly id: string;
  readonly cve: string;
  readonly package: string;
  readonly published: string;
  readonly fixed: string;
  readonly vector: string;
  readonly about: string;
}

const npmFacts: readonly NpmFact[] = [
  {
    id: 'GHSA-rv95-896h-c2vc',
    cve: 'CVE-2024-29041',
    package: 'express',
    published: '2024-03-25T19:40:26Z',
    fixed: '4.19.2',
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N',
    about: 'malformed URLs may be redirected to another host',
  },
  {
    id: 'GHSA-qw6h-vgh9-j6wx',
    cve: 'CVE-2024-43796',
    package: 'express',
    published: '2024-09-10T19:41:04Z',
    fixed: '4.20.0',
    vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:L/A:L',
    about: 'a redirect to untrusted input may run a script',
  },
  {
    id: 'GHSA-35jh-r3h4-6jhm',
    cve: 'CVE-2021-23337',
    package: 'lodash',
    published: '2021-05-06T16:05:51Z',
    fixed: '4.17.21',
    vector: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H',
    about: 'a template may run commands',
  },
];

function npmMirror(): void {
  const records = npmFacts.map(({ id, cve, package: name, published, fixed, vector, about }) => ({
    name: `${id}.json`,
    method: 'stored' as const,
    content: JSON.stringify({
      schema_version: '1.6.0',
      id,
      aliases: [cve],
      published,
      modified: published,
      summary: about,
      severity: [{ type: 'CVSS_V3', score: vector }],
      affected: [{ package: { ecosystem: 'npm', name }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }] }],
      references: [{ type: 'ADVISORY', url: `https://github.com/advisories/${id}` }],
    }),
  }));
  writeMirror('osv-vulnerabilities.storage.googleapis.com/npm/all.zip', writeZip(records));
}

/** @param document bytes as they are, else as JSON */
function writeMirror(path: string, document: object): void {
  const file = join(here, 'mirror', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, document instanceof Uint8Array ? document : `${JSON.stringify(document, undefined, 1)}\n`);
}

debianImage();
alpineImage();
trackerMirror();
secdbMirror();
npmMirror();
