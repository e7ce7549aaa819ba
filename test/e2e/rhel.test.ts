import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LayerBuilder, rpmHeader, writeRpmSqlite, type TestRpm } from '../../src/testing/index.ts';
import { blobLayer } from '../support/blob-layers.ts';
import { serveFeeds } from '../support/feed-host.ts';
import { indexLayers } from '../support/library.ts';
import { aroundNewestFixes, expectedOf, saidByName } from '../support/hydra-truth.ts';
import { rpmCompareAll } from '../support/naive-rpm.ts';
import { findings, scanReport, type ReportJson, type VerdictJson } from '../support/report.ts';
import { hasTool, missing, scratchDirectory } from '../support/shared-data.ts';
import { hydraPath, readHydra, toVexDocument, writeVexMirror, type HydraCve } from '../support/vex-documents.ts';

const releaseFiles = {
  rhel: 'NAME="Red Hat Enterprise Linux"\nVERSION="8.10 (Ootpa)"\nID="rhel"\nVERSION_ID="8.10"\nPRETTY_NAME="Red Hat Enterprise Linux 8.10 (Ootpa)"\n',
  centos: 'NAME="CentOS Linux"\nVERSION="8"\nID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="8"\nPRETTY_NAME="CentOS Linux 8"\n',
  stream: 'NAME="CentOS Stream"\nVERSION="8"\nID="centos"\nVERSION_ID="8"\nPRETTY_NAME="CentOS Stream 8"\n',
  fedora: 'NAME="Fedora Linux"\nVERSION="40"\nID=fedora\nVERSION_ID=40\nPRETTY_NAME="Fedora Linux 40"\n',
} as const;

interface Root {
  readonly release: keyof typeof releaseFiles;
  readonly packages: readonly TestRpm[];
  readonly contentSets?: readonly string[];
}

function writeRoot(root: string, { release, packages, contentSets }: Root): void {
  for (const folder of ['etc', 'var/lib/rpm', 'root/buildinfo/content_manifests']) mkdirSync(`${root}/${folder}`, { recursive: true });
  writeFileSync(`${root}/etc/os-release`, releaseFiles[release]);
  writeFileSync(`${root}/var/lib/rpm/rpmdb.sqlite`, writeRpmSqlite(packages.map((one) => rpmHeader(one))));
  if (!contentSets) return;
  const manifest = { metadata: { icm_version: 1, image_layer_index: 0 }, content_sets: contentSets, image_contents: [] };
  writeFileSync(`${root}/root/buildinfo/content_manifests/made-8.10-1.json`, JSON.stringify(manifest));
}

const repositories = {
  'rhel-8-for-x86_64-baseos-rpms': ['cpe:/o:redhat:enterprise_linux:8::baseos', 'cpe:/o:redhat:rhel:8.3::baseos'],
  'rhel-8-for-x86_64-appstream-rpms': ['cpe:/a:redhat:enterprise_linux:8::appstream', 'cpe:/a:redhat:rhel:8.3::appstream'],
};
const contentSets = Object.keys(repositories);

function verdict(report: ReportJson, packageName: string, cve: string): VerdictJson | undefined {
  return report.verdicts.find(({ name, package_id }) => name === cve && report.packages[package_id]?.name === packageName);
}

describe('an image of Red Hat Enterprise Linux', () => {
  const platform = (id: string, cpe: string): object => ({ product: { name: id, product_id: id, product_identification_helper: { cpe } } });
  const component = (id: string, purl: string): object => ({
    product: { name: id, product_id: id, product_identification_helper: { purl } },
  });
  const within = (component: string, platform: string): object => ({
    category: 'default_component_of',
    full_product_name: { name: 'x', product_id: `${platform}:${component}` },
    product_reference: component,
    relates_to_product_reference: platform,
  });
  const documentOf = (name: string, status: Readonly<Record<string, readonly string[]>>): object => {
    const components = {
      'fixed.x86_64': 'pkg:rpm/redhat/fixed@2.0-1.el8?arch=x86_64&epoch=1',
      'fixed.aarch64': 'pkg:rpm/redhat/fixed@2.0-1.el8?arch=aarch64&epoch=1',
      'arm.aarch64': 'pkg:rpm/redhat/arm@2.0-1.el8?arch=aarch64',
      'modular.x86_64': 'pkg:rpm/redhat/modular@2.0-1.el8?arch=x86_64&rpmmod=node:18:8060:abc',
      'parts.src': 'pkg:rpm/redhat/parts?arch=src',
      'parts-libs': 'pkg:rpm/redhat/parts-libs',
      'other.x86_64': 'pkg:rpm/redhat/other@9-1.el8?arch=x86_64',
    };
    const platforms = {
      rhel: 'cpe:/o:redhat:enterprise_linux:8',
      baseos: 'cpe:/o:redhat:enterprise_linux:8::baseos',
      appstream: 'cpe:/a:redhat:enterprise_linux:8::appstream',
      eus: 'cpe:/o:redhat:rhel_eus:8.4::baseos',
    };
    const ids = Object.values(status).flat();
    return {
      document: { tracking: { id: name, status: 'final' } },
      product_tree: {
        branches: [
          { branches: Object.entries(platforms).map(([id, cpe]) => platform(id, cpe)) },
          { branches: Object.entries(components).map(([id, purl]) => component(id, purl)) },
        ],
        relationships: Object.keys(components).flatMap((one) => Object.keys(platforms).map((other) => within(one, other))),
      },
      vulnerabilities: [
        {
          cve: name,
          product_status: status,
          remediations: [
            { category: 'vendor_fix', product_ids: status['fixed'] ?? [], url: 'https://access.redhat.com/errata/RHSA-2024:1234' },
            { category: 'no_fix_planned', details: 'Will not fix', product_ids: status['known_affected'] ?? [] },
          ],
          threats: [{ category: 'impact', details: 'Moderate', product_ids: ids }],
        },
      ],
    };
  };
  const documents = [
    {
      name: 'CVE-2024-0001',
      document: documentOf('CVE-2024-0001', {
        fixed: ['baseos:fixed.x86_64', 'baseos:fixed.aarch64', 'baseos:arm.aarch64', 'appstream:modular.x86_64', 'eus:other.x86_64'],
      }),
    },
    {
      name: 'CVE-2024-0002',
      document: documentOf('CVE-2024-0002', { known_affected: ['rhel:parts.src'], known_not_affected: ['rhel:parts-libs'] }),
    },
  ];
  const rpm = (name: string, version: string, more: Partial<TestRpm> = {}): TestRpm => ({ name, version, release: '1.el8', ...more });
  const packages = [
    rpm('fixed', '1.0', { epoch: 1 }),
    rpm('arm', '1.0'),
    rpm('modular', '1.0', { modularityLabel: 'node:18:1:c', arch: 'x86_64' }),
    rpm('parts', '5'),
    rpm('parts-libs', '5', { sourceRpm: 'parts-5-1.el8.src.rpm' }),
    rpm('other', '1'),
  ];

  async function scan(root: Root): Promise<ReportJson> {
    using scratch = scratchDirectory();
    writeRoot(`${scratch.path}/root`, root);
    await writeVexMirror(`${scratch.path}/feeds`, documents, repositories);
    return await scanReport([`dir:${scratch.path}/root`, '--db', `${scratch.path}/c.db`, '--feed-mirror', `${scratch.path}/feeds`]);
  }

  it('is judged by product, architecture and module, and a binary by its own name first', async () => {
    const report = await scan({ release: 'rhel', packages, contentSets });
    expect(findings(report)).toEqual(['fixed 1:1.0-1.el8 CVE-2024-0001', 'modular 1.0-1.el8 CVE-2024-0001', 'parts 5-1.el8 CVE-2024-0002']);
    expect(report.coverage).toMatchObject({ complete: true, gaps: [], packages: { total: 6, matched: 6, unknown: 0 } });
    expect(report.coverage.feeds.map(({ updater, state }) => [updater, state])).toEqual([
      ['rhel-repository-to-cpe', 'loaded'],
      ['rhel-vex', 'loaded'],
    ]);
    expect(verdict(report, 'fixed', 'CVE-2024-0001')?.evidence).toMatchObject({
      namespace: 'redhat:cpe:/o:redhat:enterprise_linux:8::baseos',
      comparison: '1:1.0-1.el8 < 1:2.0-1.el8',
      aliases: ['RHSA-2024:1234'],
      record: {
        url: 'https://security.access.redhat.com/data/csaf/v2/vex/2024/cve-2024-0001.json',
        pointer: '/vulnerabilities/0/product_status/fixed/0',
      },
    });
    expect(verdict(report, 'parts-libs', 'CVE-2024-0002')).toMatchObject({
      status: 'not_affected',
      evidence: { record: { pointer: '/vulnerabilities/0/product_status/known_not_affected/0' } },
    });
    expect(report.verdicts.flatMap(({ evidence }) => evidence['notes'] ?? [])).toEqual([]);
  });

  it('of another module, or of none, is not meant; a version that cannot be read is unknown', async () => {
    const modules = [rpm('modular', '1.0', { modularityLabel: 'node:20:1:c' }), rpm('modular', '1.1'), rpm('fixed', '1 0', { epoch: 1 })];
    const report = await scan({ release: 'rhel', packages: modules, contentSets });
    expect(findings(report)).toEqual([]);
    expect(report.verdicts.map(({ name, status, reason }) => [name, status, reason])).toEqual([
      ['CVE-2024-0001', 'unknown', 'version-unparsable'],
    ]);
    expect(report.coverage.gaps).toMatchObject([{ reason: 'version-unparsable', packages: 1 }]);
  });

  it('without a word of its repositories is held to all products of its release, and the evidence says so', async () => {
    for (const sets of [undefined, ['some-repository-that-nobody-knows']]) {
      const report = await scan({ release: 'rhel', packages, ...(sets && { contentSets: sets }) });
      expect(findings(report)).toEqual([
        'fixed 1:1.0-1.el8 CVE-2024-0001',
        'modular 1.0-1.el8 CVE-2024-0001',
        'parts 5-1.el8 CVE-2024-0002',
      ]);
      expect(new Set(report.verdicts.map(({ evidence }) => JSON.stringify(evidence['notes'])))).toEqual(
        new Set(['["repository-assumed"]']),
      );
      expect(report.coverage.complete).toBe(true);
    }
  });

  it('with a repository of one product is not held to another', async () => {
    const report = await scan({ release: 'rhel', packages, contentSets: ['rhel-8-for-x86_64-baseos-rpms'] });
    expect(findings(report)).toEqual(['fixed 1:1.0-1.el8 CVE-2024-0001', 'parts 5-1.el8 CVE-2024-0002']);
  });

  it('has for each package the repositories of the layer that brought it', async () => {
    const database = 'var/lib/rpm/rpmdb.sqlite';
    const manifestOf = (id: string): string => JSON.stringify({ content_sets: [id] });
    const folder = 'root/buildinfo/content_manifests';
    const layer = (files: Readonly<Record<string, string>>, ...listed: readonly string[]) => {
      const builder = new LayerBuilder().file(database, writeRpmSqlite(listed.map((nevra) => rpmHeader(nevra))));
      for (const [path, text] of Object.entries(files)) builder.file(path, text);
      return blobLayer(builder.build());
    };
    const [a, b, c] = ['a-1-1.el8.x86_64', 'b-1-1.el8.x86_64', 'c-1-1.el8.x86_64'] as const;
    const report = await indexLayers([
      layer({ 'etc/os-release': releaseFiles.rhel, [`${folder}/base.json`]: manifestOf('base-rpms') }, a),
      layer({ [`${folder}/middle.json`]: manifestOf('middle-rpms') }, a, b),
      layer({}, a, b, c),
    ]);
    const found = [...report.packages.values()].map(({ id, name }) => {
      const places = report.environments.get(id) ?? [];
      return [name, places.flatMap(({ repositoryIds }) => repositoryIds.map((repository) => report.repositories.get(repository)?.uri))];
    });
    expect(Object.fromEntries(found)).toEqual({ a: ['repoid=base-rpms'], b: ['repoid=middle-rpms'], c: ['repoid=middle-rpms'] });
  });

  it('called CentOS 8 has the same rows, and the evidence says whose', async () => {
    const report = await scan({ release: 'centos', packages });
    expect(findings(report)).toHaveLength(3);
    expect(verdict(report, 'fixed', 'CVE-2024-0001')?.evidence['notes']).toEqual(['repository-assumed', 'rhel-rows']);
  });

  it.each(['stream', 'fedora'] as const)('called %s is known and not supported', async (release) => {
    const report = await scan({ release, packages, contentSets });
    expect(findings(report)).toEqual([]);
    expect(report.coverage.gaps).toMatchObject([{ reason: 'distribution-unsupported', packages: 6 }]);
    expect(Object.values(report.distributions)).toMatchObject([{ did: release === 'stream' ? 'centos' : 'fedora' }]);
  });

  it('gives all unknown without the feeds', async () => {
    using scratch = scratchDirectory();
    writeRoot(`${scratch.path}/root`, { release: 'rhel', packages, contentSets });
    const report = await scanReport([`dir:${scratch.path}/root`, '--db', `${scratch.path}/c.db`, '--offline']);
    expect(report.verdicts.map(({ status, reason }) => `${status} ${reason}`)).toEqual(packages.map(() => 'unknown feed-not-loaded'));
  });
});

/** The products of the two repositories, as the API names them. */
const products = new Set(['cpe:/o:redhat:enterprise_linux:8', 'cpe:/a:redhat:enterprise_linux:8']);
const skip = missing(hydraPath);

const why = process.env['CLAIRCORE_FULL'] === undefined ? 'only in full runs' : skip;

describe.skipIf(why !== undefined)(`the CVEs of Red Hat's API as VEX documents${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  it('give for packages around their fixes what an independent calculation gives', { timeout: 180_000 }, async () => {
    using scratch = scratchDirectory();
    const cves: HydraCve[] = [];
    for await (const cve of readHydra((text) => text.includes('redhat:enterprise_linux:8"'))) if (cve.name >= 'CVE-2022') cves.push(cve);
    expect(cves.length).toBeGreaterThan(1000);
    await writeVexMirror(
      `${scratch.path}/feeds`,
      cves.map((cve) => ({ name: cve.name, document: toVexDocument(cve) })),
      repositories,
    );

    const packages = aroundNewestFixes(cves, products, 200);
    writeRoot(`${scratch.path}/root`, { release: 'rhel', packages, contentSets });
    await using host = await serveFeeds(`${scratch.path}/feeds`);
    const report = await scanReport([`dir:${scratch.path}/root`, '--db', `${scratch.path}/c.db`, '--feed-mirror', host.url]);
    const said = saidByName(cves, products);
    expect(findings(report)).toEqual(packages.flatMap((one) => expectedOf(said, one)).sort());

    const decided = report.verdicts.flatMap(({ evidence }) => (evidence.comparison === undefined ? [] : [evidence.comparison]));
    expect(decided.length).toBeGreaterThanOrEqual(300);
    if (!hasTool('rpm')) return;
    const pairs = [...new Set(decided)].slice(0, 1000).map((comparison): readonly [string, string] => {
      const [installed = '', fixed = ''] = comparison.split(' < ');
      return [installed, fixed];
    });
    expect(new Set(rpmCompareAll(pairs))).toEqual(new Set([-1]));
  });
});
