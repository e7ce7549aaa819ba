import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Advisory, DistributionScanner, Updater, UpdaterSet } from '../../contracts/index.ts';
import type { Diagnostic } from '../../core/index.ts';
import { collect, FakeFeedClient, layerFiles } from '../../testing/index.ts';
import { almaDistributionScanner } from './alma/distribution.ts';
import { almaUpdaterSet } from './alma/updater.ts';
import { amazonDistributionScanner } from './amazon/distribution.ts';
import { ExtrasLines } from './amazon/extras.ts';
import { amazonUpdaterSet, pageOf } from './amazon/updater.ts';
import { rockyDistributionScanner } from './rocky/distribution.ts';
import { modularSubjects } from '../../families/osv/index.ts';
import { parseOsvRecord } from '../../formats/osv/index.ts';
import { rockyUpdaterSet } from './rocky/updater.ts';

async function identify(scanner: DistributionScanner, osRelease: string): Promise<string | undefined> {
  const { distributions = [] } = await scanner.scan(layerFiles(new Map([['etc/os-release', osRelease]])));
  return distributions[0] && `${distributions[0].facts.did} ${distributions[0].facts.versionId}`;
}

describe('release files', () => {
  it.each<[DistributionScanner, string, string | undefined]>([
    [amazonDistributionScanner, 'ID="amzn"\nVERSION_ID="2018.03"', 'amzn 1'],
    [amazonDistributionScanner, 'ID="amzn"\nVERSION_ID="2"', 'amzn 2'],
    [amazonDistributionScanner, 'ID="amzn"\nVERSION_ID="2022"', 'amzn 2022'],
    [amazonDistributionScanner, 'ID="amzn"\nVERSION_ID="2023"', 'amzn 2023'],
    [amazonDistributionScanner, 'ID="amzn"\nVERSION_ID="later"', undefined],
    [amazonDistributionScanner, 'ID=amazon\nVERSION_ID="2"', undefined],
    [almaDistributionScanner, 'ID="almalinux"\nVERSION_ID="9.4"', 'almalinux 9'],
    [almaDistributionScanner, 'ID="almalinux"\nVERSION_ID="10"', 'almalinux 10'],
    [almaDistributionScanner, 'ID="almalinux"\nVERSION_ID="x.4"', undefined],
    [almaDistributionScanner, 'ID="rhel"\nVERSION_ID="9.4"', undefined],
    [rockyDistributionScanner, 'ID="rocky"\nVERSION_ID="8.10"', 'rocky 8'],
    [rockyDistributionScanner, 'ID="rocky"', undefined],
    [rockyDistributionScanner, 'ID="centos"\nID_LIKE="rocky"\nVERSION_ID="8"', undefined],
  ])('%#: %j', async (scanner, osRelease, release) => {
    expect(await identify(scanner, osRelease)).toBe(release);
  });
});

describe('updater sets', () => {
  it.each<[UpdaterSet, string, readonly string[]]>([
    [amazonUpdaterSet, 'amazon:1', ['amazon-1-updater']],
    [amazonUpdaterSet, 'amazon:2023', ['amazon-2023-updater']],
    [amazonUpdaterSet, 'amazon:2022', ['amazon-2022-updater']],
    [amazonUpdaterSet, 'amazon:2024', []],
    [almaUpdaterSet, 'alma:9', ['alma-9-updater']],
    [almaUpdaterSet, 'alma:09', []],
    [almaUpdaterSet, 'rocky:9', []],
    [rockyUpdaterSet, 'rocky:9', ['rocky-osv-updater']],
    [rockyUpdaterSet, 'alma:9', []],
  ])('%#: %s', async (set, namespace, names) => {
    expect(set.expected(namespace)).toEqual(names);
    expect(set.serves(namespace)).toBe(names.length > 0);
    expect((await set.discover({ client: new FakeFeedClient(), namespaces: [namespace] })).map(({ name }) => name)).toEqual(names);
  });

  it('have the preview of Amazon Linux among all feeds only while it is there', async () => {
    const client = new FakeFeedClient();
    const names = async (): Promise<readonly string[]> => (await amazonUpdaterSet.discover({ client })).map(({ name }) => name);
    expect(await names()).toEqual(['amazon-1-updater', 'amazon-2-updater', 'amazon-2023-updater']);
    client.set('https://cdn.amazonlinux.com/al2022/core/mirrors/latest/x86_64/mirror.list', '');
    expect(await names()).toContain('amazon-2022-updater');
  });

  it('find the releases of AlmaLinux by asking, until one is not there; an old one may be gone', async () => {
    const client = new FakeFeedClient();
    for (const release of ['8', '10', '11', '12', '14']) client.set(`https://errata.almalinux.org/${release}/errata.full.json`, '{}');
    const names = (await almaUpdaterSet.discover({ client })).map(({ name }) => name);
    expect(names).toEqual(['alma-8-updater', 'alma-10-updater', 'alma-11-updater', 'alma-12-updater']);
  });
});

async function* body(text: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield typeof text === 'string' ? new TextEncoder().encode(text) : text;
}

async function updaterOf(set: UpdaterSet, namespace: string): Promise<Updater> {
  const [updater] = await set.discover({ client: new FakeFeedClient(), namespaces: [namespace] });
  return updater ?? expect.fail(namespace);
}

const rowsOf = (advisory: Advisory | undefined): readonly string[] =>
  (advisory?.rows ?? []).map(({ package: of, range }) =>
    [of.name, of.module, of.arch, of.archOperation, range.introduced ?? '', range.fixed].join(' '),
  );

describe('errata of AlmaLinux', () => {
  const pkg = (name: string, arch: string, release: string, module?: string): unknown => ({
    name,
    epoch: '1',
    version: '2.0',
    release,
    arch,
    ...(module && { module }),
  });
  const erratum = {
    id: 'ALSA-2024:0001',
    issued_date: 1_700_000_000,
    severity: 'Important',
    title: 'short',
    type: 'security',
    packages: [
      pkg('a', 'x86_64', '1'),
      pkg('a', 'aarch64', '1'),
      pkg('a', 'src', '1'),
      pkg('b', 'noarch', '2.module_el8', 'm:1.0:8030:ab:x86_64'),
      pkg('b', 'noarch', '1.module_el8', 'm:1.0:8030:cd:aarch64'),
    ],
    references: [
      { type: 'cve', id: 'CVE-2024-0001', href: 'https://example.test/1' },
      { type: 'cve', id: 'CVE-2024-0002', href: 'https://example.test/1' },
      { type: 'self', id: 'ALSA-2024-0001', href: 'https://example.test/2' },
    ],
  };

  async function parse(...errata: readonly unknown[]): Promise<{ advisories: readonly Advisory[]; said: readonly Diagnostic[] }> {
    const said: Diagnostic[] = [];
    const updater = await updaterOf(almaUpdaterSet, 'alma:8');
    const text = JSON.stringify({ schema_version: '1.0', data: errata });
    return { advisories: await collect(updater.parse(body(text), { onDiagnostic: (each) => said.push(each) })), said };
  }

  it('are an advisory a CVE, with a row for what has the same version', async () => {
    const { advisories } = await parse(erratum);
    expect(advisories.map(({ part, name, aliases }) => [part, name, aliases])).toEqual([
      ['ALSA-2024:0001', 'CVE-2024-0001', ['ALSA-2024:0001']],
      ['ALSA-2024:0001', 'CVE-2024-0002', ['ALSA-2024:0001']],
    ]);
    expect(advisories[0]).toMatchObject({
      description: 'short',
      links: ['https://example.test/1', 'https://example.test/2'],
      issued: '2023-11-14T22:13:20.000Z',
      severity: 'Important',
      normalizedSeverity: 'High',
      url: 'https://errata.almalinux.org/8/errata.full.json',
    });
    // the lower of two builds for one architecture: both hold the fix
    expect(rowsOf(advisories[0])).toEqual(['a  aarch64|x86_64 pattern match  1:2.0-1', 'b m:1.0 noarch equals  1:2.0-1.module_el8']);
    expect(advisories[0]?.rows.map(({ pointer }) => pointer)).toEqual(['/data/0/packages/0', '/data/0/packages/4']);
  });

  it('leave out what is about no vulnerability, and count what cannot be read', async () => {
    const bugfix = { ...erratum, id: 'ALBA-2024:0001', type: 'bugfix', references: [] };
    const { advisories, said } = await parse(
      bugfix,
      { ...erratum, id: 1 },
      null,
      { ...erratum, packages: [{ name: 'a' }] },
      { ...erratum, references: [] },
    );
    expect(advisories.map(({ name, aliases }) => [name, aliases])).toEqual([['ALSA-2024:0001', []]]);
    expect(said).toMatchObject([{ code: 'FEED_RECORD_SKIPPED', data: { records: 3, first: '/data/1' } }]);
  });

  it('that end early are no shorter feed', async () => {
    const updater = await updaterOf(almaUpdaterSet, 'alma:8');
    const text = JSON.stringify({ data: [erratum] });
    await expect(collect(updater.parse(body(text.slice(0, -2))))).rejects.toMatchObject({ code: 'FEED_TRUNCATED' });
    await expect(collect(updater.parse(body('<html>')))).rejects.toMatchObject({ code: 'FEED_MALFORMED' });
  });
});

const update = (id: string, packages: readonly (readonly [name: string, version: string, arch?: string])[]): string =>
  `<update type="security"><id>${id}</id><title>t</title><issued date="2022-06-06 17:58"/><severity>medium</severity>` +
  `<references><reference type="cve" id="CVE-2022-0001" href="https://example.test/c"/></references><pkglist><collection>` +
  packages
    .map(([name, version, arch = 'x86_64']) => `<package name="${name}" epoch="0" version="${version}" release="1.amzn2" arch="${arch}"/>`)
    .join('') +
  `</collection></pkglist></update>`;
const updates = (...all: readonly string[]): string => `<?xml version="1.0"?><updates>${all.join('')}</updates>`;

class AmazonMirror {
  readonly client = new FakeFeedClient();

  repository(mirrorList: string, base: string, xml: string, said?: string): this {
    const file = gzipSync(xml);
    const checksum = said ?? createHash('sha256').update(file).digest('hex');
    this.client.set(mirrorList, `\n${base}\nhttps://unused.test/\n`);
    this.client.set(`${base}/repodata/updateinfo.xml.gz`, file);
    this.client.set(
      `${base}/repodata/repomd.xml`,
      `<repomd><data type="primary"><location href="p"/></data><data type="updateinfo"><checksum type="sha256">${checksum}</checksum><location href="repodata/updateinfo.xml.gz"/></data></repomd>`,
    );
    return this;
  }

  core2(xml: string, said?: string): this {
    return this.repository(
      'https://cdn.amazonlinux.com/2/core/latest/x86_64/mirror.list',
      'https://cdn.amazonlinux.com/2/core/abc/x86_64',
      xml,
      said,
    );
  }

  topic(topic: string, xml: string): this {
    return this.repository(
      `https://cdn.amazonlinux.com/2/extras/${topic}/latest/x86_64/mirror.list`,
      `https://cdn.amazonlinux.com/2/extras/${topic}/abc`,
      xml,
    );
  }

  catalogue(...topics: readonly string[]): this {
    this.client.set('https://cdn.amazonlinux.com/2/extras-catalog.json', JSON.stringify({ topics: topics.map((n) => ({ n })) }));
    return this;
  }
}

async function load(
  updater: Updater,
  { client }: AmazonMirror,
): Promise<{ advisories: readonly Advisory[]; said: readonly Diagnostic[]; fingerprint: string }> {
  const fetched = await updater.fetch(undefined, { client });
  if (fetched.kind !== 'changed') return expect.fail(fetched.kind);
  const said: Diagnostic[] = [];
  const advisories = await collect(updater.parse(fetched.body, { onDiagnostic: (each) => said.push(each) }));
  return { advisories, said, fingerprint: fetched.fingerprint };
}

describe('advisories of Amazon Linux 2', () => {
  const core = updates(
    update('ALAS2-2022-1', [
      ['kernel', '4.14.1'],
      ['kernel', '4.14.1', 'aarch64'],
      ['dnsmasq', '2.76'],
    ]),
  );

  it('come from core and from each topic, which begins where its line begins', async () => {
    const updater = await updaterOf(amazonUpdaterSet, 'amazon:2');
    const mirror = new AmazonMirror()
      .catalogue('kernel-5.10', 'dnsmasq', 'gone', '../escape')
      .core2(core)
      .topic('kernel-5.10', updates(update('ALAS2KERNEL-5.10-2022-1', [['kernel', '5.10.2']])))
      .topic('dnsmasq', updates(update('ALAS2DNSMASQ-2022-1', [['dnsmasq', '2.90']])));
    const { advisories, said, fingerprint } = await load(updater, mirror);
    expect(advisories.map((each) => [each.part, each.name, ...rowsOf(each)])).toEqual([
      ['ALAS2-2022-1', 'CVE-2022-0001', 'kernel  aarch64|x86_64 pattern match  4.14.1-1.amzn2', 'dnsmasq  x86_64 equals  2.76-1.amzn2'],
      ['ALAS2DNSMASQ-2022-1', 'CVE-2022-0001', 'dnsmasq  x86_64 equals 2.76^ 2.90-1.amzn2'],
      ['ALAS2KERNEL-5.10-2022-1', 'CVE-2022-0001', 'kernel  x86_64 equals 5.10 5.10.2-1.amzn2'],
    ]);
    expect(advisories[0]).toMatchObject({
      issued: '2022-06-06T17:58:00Z',
      severity: 'medium',
      normalizedSeverity: 'Medium',
      aliases: ['ALAS2-2022-1'],
    });
    expect(said).toMatchObject([{ code: 'FEED_PART_MISSING', data: { part: 'extras/gone' } }]);
    expect(await updater.fetch(fingerprint, mirror)).toEqual({ kind: 'unchanged' });
    mirror.topic('dnsmasq', updates());
    expect(await updater.fetch(fingerprint, mirror)).toMatchObject({ kind: 'changed' });
  });

  it('are refused where the file is not the one that the repository names', async () => {
    const updater = await updaterOf(amazonUpdaterSet, 'amazon:2');
    const mirror = new AmazonMirror().catalogue().core2(core, '0'.repeat(64));
    await expect(load(updater, mirror)).rejects.toMatchObject({ code: 'FEED_MALFORMED', data: { reason: 'checksum' } });
    await expect(updater.fetch(undefined, new AmazonMirror().catalogue())).rejects.toMatchObject({ code: 'FEED_NOT_FOUND' });
  });

  it('can be parsed from a file that somebody fetched, compressed or not', async () => {
    const updater = await updaterOf(amazonUpdaterSet, 'amazon:2');
    expect(await collect(updater.parse(body(core)))).toEqual(await collect(updater.parse(body(gzipSync(core)))));
    await expect(collect(updater.parse(body(core.slice(0, -5))))).rejects.toMatchObject({ code: 'FEED_TRUNCATED' });
  });

  it('have a page each', () => {
    expect(pageOf('1', 'ALAS-2011-1')).toBe('https://alas.aws.amazon.com/ALAS-2011-1.html');
    expect(pageOf('2', 'ALAS2KERNEL-5.15-2022-001')).toBe('https://alas.aws.amazon.com/AL2/ALASKERNEL-5.15-2022-001.html');
    expect(pageOf('2022', 'ALAS2022-2021-001')).toBe('https://alas.aws.amazon.com/AL2022/ALAS-2021-001.html');
    expect(pageOf('2023', 'ALAS2023-2023-001')).toBe('https://alas.aws.amazon.com/AL2023/ALAS-2023-001.html');
  });

  it('of a topic without a line of its own begin above what smaller topics have', () => {
    const lines = new ExtrasLines();
    const said = (repository: string, name: string, version: string, epoch = '0'): string | undefined => {
      const found = { name, evr: `${version}-1`, epoch, version, arch: 'x86_64', module: '' };
      const record = { id: 'X', type: 'security', title: '', severity: '', issued: '', description: '', references: [], packages: [found] };
      return lines.packagesOf(record, repository)[0]?.introduced;
    };
    expect(said('core', 'rubygem-rake', '0.9.6')).toBeUndefined();
    expect(said('extras/ruby2.6', 'rubygem-rake', '12.3.3')).toBe('0.9.6^');
    expect(said('extras/ruby2.6', 'rubygem-rake', '12.3.9')).toBe('0.9.6^');
    expect(said('extras/ruby3.0', 'rubygem-rake', '13.0.3')).toBe('12.3.9^');
    expect(said('extras/ruby3.0', 'ruby', '3.0.4', '1')).toBe('1:3.0');
    expect(said('extras/php8.1', 'php', '8.10.1')).toBeUndefined();
    expect(said('extras/mate-desktop1.x', 'mate', '1.19.2')).toBe('1');
    // the same version as core's: nothing tells them apart
    expect(said('core', 'libsepol', '2.5')).toBeUndefined();
    expect(said('extras/selinux-ng', 'libsepol', '2.5')).toBeUndefined();
  });
});

describe('module streams in summaries of Rocky Linux', () => {
  it.each([
    ['Important: container-tools:rhel8 security update', ['container-tools:rhel8']],
    ['Moderate: virt:rhel and virt-devel:rhel security update', ['virt:rhel', 'virt-devel:rhel']],
    ['Low: 389-ds:1.4 security and bug fix update', ['389-ds:1.4']],
    ['Moderate: python38:3.8, python38-devel:3.8 update', ['python38:3.8', 'python38-devel:3.8']],
    ['Important: varnish security update', []],
    ['Moderate: a: b', []],
  ])('%s', (summary, streams) => {
    const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '0:1-1.module+el8.1' }] }];
    const record = parseOsvRecord({ id: 'X-1', summary, affected: [{ package: { ecosystem: 'X', name: 'a' }, ranges }] });
    const subjects = record?.affected.flatMap((each) => modularSubjects(each, record, { kind: 'binary', mark: '.module+el' }));
    expect(subjects?.map((subject) => subject.package.module)).toEqual(streams);
  });
});
