import { describe, expect, it } from 'vitest';
import type { Findings, LayerFile } from '../../../contracts/index.ts';
import { gapOf } from '../../../core/index.ts';
import {
  encodeRpmHeader,
  layerFiles,
  rpmHeader,
  writeRpmBdb,
  writeRpmNdb,
  writeRpmSqlite,
  writeRpmSqliteFiles,
  type RpmHeaderEntry,
} from '../../../testing/index.ts';
import { rpmScanner } from './scanner.ts';

const sqlite = 'usr/lib/sysimage/rpm/rpmdb.sqlite';
const ndb = 'usr/lib/sysimage/rpm/Packages.db';
const bdb = 'var/lib/rpm/Packages';
const manifest = 'var/lib/rpmmanifest/container-manifest-2';
const headersOf = (...nevras: readonly string[]): readonly Uint8Array[] => nevras.map((nevra) => rpmHeader(nevra));
const bash = headersOf('bash-5.1.8-6.el9.x86_64');

const scan = async (contents: Readonly<Record<string, string | Uint8Array>>): Promise<Findings> => rpmScanner.scan(layerFiles(contents));
const namesOf = ({ packages = [] }: Findings): readonly string[] =>
  packages.map(({ facts, path }) => `${facts.name} ${facts.version} ${facts.arch} ${path}`);
const codesOf = ({ diagnostics = [] }: Findings): readonly string[] => diagnostics.map(({ code, path }) => `${code} ${path}`);
const file = { type: 'file', size: 1, mode: 0o644 } as const;

describe('what rpm wants', () => {
  it.each([
    [bdb, 'file'],
    [ndb, 'file'],
    [sqlite, 'file'],
    [`${sqlite}-wal`, 'file'],
    [`${sqlite}-journal`, 'file'],
    ['usr/share/rpm/rpmdb.sqlite', 'file'],
    ['var/lib/rpm/rpmdb.sqlite', 'file'],
    ['srv/root/var/lib/rpm/Packages', 'peek'],
    ['opt/x/rpmdb.sqlite', 'peek'],
    ['Packages', 'peek'],
    [manifest, 'bytes'],
    [`${sqlite}-shm`, 'no'],
    ['var/lib/rpm/Name', 'no'],
    ['var/lib/rpm/Index.db', 'no'],
    ['var/lib/rpm/.wh.Packages', 'no'],
    ['var/lib/.wh.rpm/Packages', 'no'],
    ['var/lib/rpmrebuilddb.12/Packages', 'no'],
    ['var/lib/rpmold.12/rpmdb.sqlite', 'no'],
    ['usr/lib/sysimage/rpm-ostree-base-db/rpmdb.sqlite', 'no'],
    ['srv/var/lib/rpmmanifest/container-manifest-2', 'no'],
    ['var/lib/rpmmanifest/container-manifest-1', 'no'],
    ['usr/share/doc/Packages.html', 'no'],
  ])('%s: %s', (path, want) => {
    expect(rpmScanner.wants(path, file)).toBe(want);
  });

  it('an empty log is nothing', () => {
    expect(rpmScanner.wants(`${sqlite}-wal`, { ...file, size: 0 })).toBe('no');
  });

  it.each([
    ['var/cache/apt/Packages', new TextEncoder().encode('Package: demo\n'), 'no'],
    ['x/Packages', writeRpmBdb(bash).subarray(0, 4096), 'file'],
    ['x/Packages', writeRpmBdb(bash, { byteOrder: 'big' }).subarray(0, 4096), 'file'],
    ['x/Packages.db', writeRpmNdb(bash).subarray(0, 4096), 'file'],
    ['x/rpmdb.sqlite', writeRpmSqlite(bash).subarray(0, 4096), 'file'],
    ['x/rpmdb.sqlite', new Uint8Array(), 'no'],
  ])('%s elsewhere by its first bytes: %#', (path, peek, want) => {
    expect(rpmScanner.wants(path, file, peek)).toBe(want);
  });
});

describe('what a database lists', () => {
  it.each([
    [sqlite, writeRpmSqlite],
    [ndb, writeRpmNdb],
    [bdb, writeRpmBdb],
  ] as const)('%s', async (path, write) => {
    const findings = await scan({
      [path]: write(headersOf('bash-0:5.1.8-6.el9.x86_64', 'openssl-libs-1:3.0.7-27.el9.i686', 'tzdata-2024a-1.el9.noarch')),
    });
    expect(namesOf(findings).toSorted()).toEqual([
      `bash 5.1.8-6.el9 x86_64 ${path}`,
      `openssl-libs 1:3.0.7-27.el9 i686 ${path}`,
      `tzdata 2024a-1.el9 noarch ${path}`,
    ]);
    expect(findings.diagnostics).toEqual([]);
    expect(findings.packages?.[0]).toEqual({
      facts: {
        name: 'bash',
        version: '5.1.8-6.el9',
        kind: 'binary',
        arch: 'x86_64',
        module: '',
        source: { name: 'bash', version: '5.1.8-6.el9', module: '' },
        cpe: '',
        detector: 'urn:claircore:detector:rpm:3:package',
      },
      origin: 'database',
      path,
    });
  });

  it.each([
    ['openssl-3.0.7-27.el9.src.rpm', { name: 'openssl', version: '1:3.0.7-27.el9' }],
    ['other-2.0-1.el9_2.nosrc.rpm', { name: 'other', version: '1:2.0-1.el9_2' }],
    ['java-1.8.0-openjdk-1.8.0.392.b08-4.el8.src.rpm', { name: 'java-1.8.0-openjdk', version: '1:1.8.0.392.b08-4.el8' }],
    ['(none)', { name: 'demo', version: '1:3.0.7-27.el9' }],
    ['', { name: 'demo', version: '1:3.0.7-27.el9' }],
    ['nonsense.rpm', { name: 'demo', version: '1:3.0.7-27.el9' }],
  ])('source package %j has the epoch of its binary', async (sourceRpm, source) => {
    const header = rpmHeader({ name: 'demo', epoch: 1, version: '3.0.7', release: '27.el9', sourceRpm });
    const { packages = [] } = await scan({ [bdb]: writeRpmBdb([header]) });
    expect(packages.map(({ facts }) => facts.source)).toEqual([{ ...source, module: '' }]);
  });

  it.each([
    ['nodejs:14:8060020220203:ad008a3a', 'nodejs:14'],
    ['nodejs:14', 'nodejs:14'],
    ['x', ''],
    ['x:', ''],
    [':14:1:c', ''],
    ['', ''],
  ])('module label %j is %j, of binary and source', async (modularityLabel, module) => {
    const { packages = [] } = await scan({ [bdb]: writeRpmBdb([rpmHeader({ name: 'a', version: '1', release: '1', modularityLabel })]) });
    expect(packages.map(({ facts }) => [facts.module, facts.source?.module])).toEqual([[module, module]]);
  });

  it('no keys', async () => {
    expect(namesOf(await scan({ [sqlite]: writeRpmSqlite(headersOf('gpg-pubkey-fd431d51-4ae0493b', 'a-1-1.noarch')) }))).toEqual([
      `a 1-1 noarch ${sqlite}`,
    ]);
  });

  it('what each package owns', async () => {
    const { ownership } = await scan({
      [sqlite]: writeRpmSqlite([
        rpmHeader({ name: 'a', version: '1', release: '1', files: ['/usr/bin/a', '/etc/a'], directories: ['/usr/a'] }),
        ...bash,
      ]),
    });
    expect(ownership).toEqual([{ path: sqlite, packageName: 'a', arch: 'x86_64', files: ['usr/bin/a', 'etc/a'] }]);
  });

  // As `rpm -q --qf '%{VENDOR}'` prints them for packages of these distributions, and of repositories that are added to them.
  it.each([
    ['', true],
    ['Red Hat, Inc.', true],
    ['CentOS', true],
    ['Fedora Project', true],
    ['Rocky Enterprise Software Foundation', true],
    ['SUSE LLC <https://www.suse.com/>', true],
    ['Amazon Linux', true],
    ['Oracle America', true],
    ['Docker <support@docker.com>', false],
    ['Oracle and/or its affiliates', false],
    ['Datadog <package@datadoghq.com>', false],
  ])('what a package of %j owns: %s', async (vendor, isOwned) => {
    const { ownership = [] } = await scan({
      [sqlite]: writeRpmSqlite([rpmHeader({ name: 'a', version: '1', release: '1', vendor, files: ['/usr/bin/a'] })]),
    });
    expect(ownership).toHaveLength(isOwned ? 1 : 0);
  });

  it('also what stands in the log only', async () => {
    const { database, log } = writeRpmSqliteFiles(bash, { logged: headersOf('added-1-1.noarch') });
    expect(namesOf(await scan({ [sqlite]: database, [`${sqlite}-wal`]: log }))).toHaveLength(2);
    expect(namesOf(await scan({ [sqlite]: database }))).toHaveLength(1);
    // The log of another directory is another's.
    expect(namesOf(await scan({ [sqlite]: database, 'var/lib/rpm/rpmdb.sqlite-wal': log }))).toHaveLength(1);
  });

  it('of each directory its own', async () => {
    const findings = await scan({ [bdb]: writeRpmBdb(bash), 'srv/rpm/Packages.db': writeRpmNdb(headersOf('other-1-1.noarch')) });
    expect(namesOf(findings)).toEqual(['other 1-1 noarch srv/rpm/Packages.db', `bash 5.1.8-6.el9 x86_64 ${bdb}`]);
    expect(findings.diagnostics).toEqual([]);
  });
});

describe('several databases in one directory', () => {
  const old = headersOf('old-1-1.noarch');
  const all = {
    'var/lib/rpm/Packages': writeRpmBdb(old),
    'var/lib/rpm/Packages.db': writeRpmNdb(old),
    'var/lib/rpm/rpmdb.sqlite': writeRpmSqlite(bash),
  };

  it('one counts, in the order in which rpm looks; the others are told', async () => {
    const findings = await scan(all);
    expect(namesOf(findings)).toEqual(['bash 5.1.8-6.el9 x86_64 var/lib/rpm/rpmdb.sqlite']);
    expect(codesOf(findings)).toEqual(['PACKAGE_DATABASE_UNUSED var/lib/rpm/Packages.db', 'PACKAGE_DATABASE_UNUSED var/lib/rpm/Packages']);
    expect(gapOf('PACKAGE_DATABASE_UNUSED')).toBe('file-unidentified');
  });

  it('rpm’s own form before Berkeley DB', async () => {
    const { 'var/lib/rpm/rpmdb.sqlite': _, ...rest } = all;
    const findings = await scan(rest);
    expect(namesOf(findings)).toEqual(['old 1-1 noarch var/lib/rpm/Packages.db']);
    expect(codesOf(findings)).toEqual(['PACKAGE_DATABASE_UNUSED var/lib/rpm/Packages']);
  });
});

describe('what is damaged is told, and leaves a gap', () => {
  const good = rpmHeader('good-1-1.noarch');
  const name: RpmHeaderEntry = [1000, 'string', ['bad']];
  const version: RpmHeaderEntry = [1001, 'string', ['1']];

  it.each<[string, Uint8Array, readonly string[]]>([
    ['a header that is none', new Uint8Array(100), ['PACKAGE_DATABASE_DAMAGED']],
    ['a header without name', encodeRpmHeader([], [version]), ['PACKAGE_INCOMPLETE']],
    ['a header without version', encodeRpmHeader([], [name]), ['PACKAGE_INCOMPLETE']],
    ['an epoch that cannot be read', outward(encodeRpmHeader([], [name, version, [1003, 'int32', [1]]]), 2), ['PACKAGE_DATABASE_DAMAGED']],
    [
      'an architecture that cannot be read',
      outward(encodeRpmHeader([], [name, version, [1022, 'string', ['noarch']]]), 2),
      ['PACKAGE_DATABASE_DAMAGED'],
    ],
  ])('%s; the others go on', async (_, header, codes) => {
    for (const [path, write] of [
      [bdb, writeRpmBdb],
      [ndb, writeRpmNdb],
      [sqlite, writeRpmSqlite],
    ] as const) {
      const findings = await scan({ [path]: write([header, good]) });
      expect(namesOf(findings)).toEqual([`good 1-1 noarch ${path}`]);
      expect(codesOf(findings)).toEqual(codes.map((code) => `${code} ${path}`));
      expect((findings.diagnostics ?? []).map(({ code }) => gapOf(code))).toEqual(['file-unidentified']);
    }
  });

  it('a module label that cannot be read: the package is listed all the same', async () => {
    const header = outward(encodeRpmHeader([], [name, version, [5096, 'string', ['a:1:2:c']]]), 2);
    const findings = await scan({ [bdb]: writeRpmBdb([header]) });
    expect(namesOf(findings)).toEqual([`bad 1  ${bdb}`]);
    expect(codesOf(findings)).toEqual([`PACKAGE_DATABASE_DAMAGED ${bdb}`]);
  });

  it.each([
    ['empty', new Uint8Array()],
    ['text', new TextEncoder().encode('no database\n'.repeat(1000))],
    ['a hash database cut in its first page', writeRpmBdb([good]).subarray(0, 300)],
    ['an SQLite database cut in its head', writeRpmSqlite([good]).subarray(0, 50)],
  ])('a file that is no database: %s', async (_, bytes) => {
    const findings = await scan({ [bdb]: bytes });
    expect(findings.packages).toEqual([]);
    expect((findings.diagnostics ?? []).map(({ code }) => gapOf(code))).toEqual(['file-unidentified']);
  });

  it('a transaction that was not finished', async () => {
    const hot = Uint8Array.of(0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, 0, 0, 0, 1);
    const database = writeRpmSqlite([good]);
    expect(codesOf(await scan({ [sqlite]: database, [`${sqlite}-journal`]: hot }))).toEqual([`PACKAGE_DATABASE_DAMAGED ${sqlite}`]);
    expect(codesOf(await scan({ [sqlite]: database, [`${sqlite}-journal`]: new Uint8Array(512) }))).toEqual([]);
  });

  it('a log without its database', async () => {
    const { log } = writeRpmSqliteFiles([good], { logged: bash });
    expect(codesOf(await scan({ [`${sqlite}-wal`]: log }))).toEqual([`PACKAGE_DATABASE_DAMAGED ${sqlite}-wal`]);
  });

  it('however much of it there is: the list stays short', async () => {
    const { diagnostics = [] } = await scan({ [bdb]: writeRpmBdb(Array.from({ length: 500 }, () => new Uint8Array(20))) });
    expect(diagnostics).toHaveLength(21);
    expect(diagnostics.at(-1)?.data).toEqual({ more: 480 });
  });

  it('an abort is one', async () => {
    const files: readonly LayerFile[] = layerFiles({ [bdb]: writeRpmBdb(bash) });
    await expect(rpmScanner.scan(files, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('the list of images without rpm', () => {
  const line = (...fields: readonly string[]): string => `${fields.join('\t')}\n`;
  const glibc = line(
    'glibc',
    '2.35-2.cm2',
    '1653816591',
    '1653628955',
    'Microsoft Corporation',
    '(none)',
    '10855265',
    'x86_64',
    '0',
    'glibc-2.35-2.cm2.src.rpm',
  );
  const krb5 = line('krb5', '1.19.3-1.cm2', '1', '1', 'Microsoft Corporation', '1', '1', 'x86_64', '1', 'krb5-src-1.19.3-1.cm2.src.rpm');

  it('gives its packages', async () => {
    const findings = await scan({ [manifest]: glibc + krb5 });
    expect(namesOf(findings)).toEqual([`glibc 2.35-2.cm2 x86_64 ${manifest}`, `krb5 1:1.19.3-1.cm2 x86_64 ${manifest}`]);
    expect(findings.packages?.map(({ facts }) => facts.source)).toEqual([
      { name: 'glibc', version: '2.35-2.cm2', module: '' },
      { name: 'krb5-src', version: '1:1.19.3-1.cm2', module: '' },
    ]);
    expect(findings.diagnostics).toEqual([]);
  });

  it('has keys, empty lines and other ends of lines', async () => {
    const key = line('gpg-pubkey', '3135ce90-5e6fda74', '1', '1', '(none)', '(none)', '0', '(none)', '0', '(none)');
    expect(namesOf(await scan({ [manifest]: `${key}\n${glibc.replace('\n', '\r\n')}` }))).toEqual([`glibc 2.35-2.cm2 x86_64 ${manifest}`]);
  });

  it.each([
    'glibc\n',
    'glibc 2.35-2.cm2\n',
    line('glibc', '2.35', '', '', '', '', '', 'x86_64', '0', ''),
    line('a', '1-1', '', '', '', '', '', 'x86_64', 'one', ''),
  ])('tells lines that are none: %j', async (bad) => {
    const findings = await scan({ [manifest]: bad + glibc });
    expect(namesOf(findings)).toHaveLength(1);
    expect(codesOf(findings)).toEqual([`FILE_UNPARSABLE ${manifest}`]);
  });
});

/** The header with entry `index` leading out of it. */
function outward(header: Uint8Array, index: number): Uint8Array {
  const copy = header.slice();
  new DataView(copy.buffer).setUint32(8 + 16 * index + 8, 0x0fff_ffff);
  return copy;
}
