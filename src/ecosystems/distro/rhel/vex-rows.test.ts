import { describe, expect, it } from 'vitest';
import { parseCsaf } from '../../../formats/csaf/index.ts';
import { erratumOf, fixStateOf, severityOf } from './fix-state.ts';
import { containerNamespace, productNamespace } from './products.ts';
import { vexRows, type VexRow } from './vex-rows.ts';

interface Stated {
  readonly status: Readonly<Record<string, readonly string[]>>;
  /** By product id. */
  readonly purls: Readonly<Record<string, string>>;
  readonly more?: object;
  readonly cpe?: string;
}

/** Every product is of one platform. */
function rowsOf({ status, purls, more = {}, cpe = 'cpe:/o:redhat:enterprise_linux:9' }: Stated): {
  readonly rows: readonly VexRow[];
  readonly skipped: readonly string[];
} {
  const helper = (id: string, helper: object): object => ({ product: { product_id: id, product_identification_helper: helper } });
  const bytes = new TextEncoder().encode(
    JSON.stringify({
      document: { tracking: { id: 'CVE-1' } },
      product_tree: {
        branches: [helper('platform', { cpe }), ...Object.entries(purls).map(([id, purl]) => helper(`c-${id}`, { purl }))],
        relationships: Object.keys(purls).map((id) => ({
          category: 'default_component_of',
          full_product_name: { product_id: id },
          product_reference: `c-${id}`,
          relates_to_product_reference: 'platform',
        })),
      },
      vulnerabilities: [{ product_status: status, ...more }],
    }),
  );
  const document = parseCsaf(bytes);
  const skipped: string[] = [];
  const rows = document.vulnerabilities.flatMap((vulnerability) =>
    vexRows(vulnerability, document, {
      namespaceOf: productNamespace,
      containerNamespaceOf: containerNamespace,
      onSkipped: (pointer) => skipped.push(pointer),
    }),
  );
  return { rows, skipped };
}

/** What a row says, without what is empty. */
const brief = ({ row: { status, package: of, range, fixState } }: VexRow): string =>
  [status, of.kind, of.name, of.module, of.arch, range.fixed ?? '', fixState].filter((text) => text !== '').join(' ');

describe('vexRows', () => {
  it.each<[string, string, string, readonly string[]]>([
    ['a fix', 'fixed', 'pkg:rpm/redhat/a@1-2.el9?arch=x86_64', ['affected binary a x86_64 0:1-2.el9 fixed']],
    ['a fix with an epoch', 'fixed', 'pkg:rpm/redhat/a@1-2.el9?arch=noarch&epoch=3', ['affected binary a noarch 3:1-2.el9 fixed']],
    ['a fix of a module', 'fixed', 'pkg:rpm/redhat/a@1-2?arch=x86_64&rpmmod=m:1:2:3', ['affected binary a m:1 x86_64 0:1-2 fixed']],
    ['a fixed source package', 'fixed', 'pkg:rpm/redhat/a@1-2?arch=src', []],
    ['no fix of a source package', 'known_affected', 'pkg:rpm/redhat/a?arch=src', ['affected source a not-fixed']],
    ['no fix, no architecture', 'known_affected', 'pkg:rpm/redhat/a', ['affected source a not-fixed']],
    ['no fix of a binary', 'known_affected', 'pkg:rpm/redhat/a@1-2?arch=x86_64', ['affected binary a x86_64 not-fixed']],
    ['not affected', 'known_not_affected', 'pkg:rpm/redhat/a', ['not_affected binary a unknown']],
    [
      'not affected, whatever the version',
      'known_not_affected',
      'pkg:rpm/redhat/a@1-2?arch=x86_64',
      ['not_affected binary a x86_64 unknown'],
    ],
    ['a source package that is not affected', 'known_not_affected', 'pkg:rpm/redhat/a?arch=src', []],
    ['under investigation', 'under_investigation', 'pkg:rpm/redhat/a?arch=src', ['undetermined source a under-investigation']],
    ['a container', 'known_affected', 'pkg:oci/a/b?tag=1', ['affected binary a/b not-fixed']],
    ['a container that is not affected', 'known_not_affected', 'pkg:oci/a/b', ['not_affected binary a/b unknown']],
    [
      'a fix of a container, by its tag and the path of its repository',
      'fixed',
      'pkg:oci/b@sha256:00?arch=amd64&repository_url=registry.redhat.io/a/b&tag=7.6-22',
      ['affected binary a/b amd64|x86_64 7.6-22 fixed'],
    ],
    ['a fix of a container without a repository', 'fixed', 'pkg:oci/b@sha256:00?arch=s390x&tag=1', ['affected binary b s390x 1 fixed']],
    ['a package of somebody else', 'fixed', 'pkg:rpm/fedora/a@1-2?arch=x86_64', []],
    ['a kernel', 'known_affected', 'pkg:rpm/redhat/kernel-rt?arch=src', ['affected source kernel-rt not-fixed']],
  ])('%s', (_, status, purl, expected) => {
    const { rows, skipped } = rowsOf({ status: { [status]: ['x'] }, purls: { x: purl } });
    expect([rows.map(brief), skipped]).toEqual([expected, []]);
  });

  it.each([
    ['a module without a stream', 'pkg:rpm/redhat/a@1-2?arch=x86_64&rpmmod=rhel9'],
    ['a module that is empty', 'pkg:rpm/redhat/a@1-2?arch=x86_64&rpmmod='],
    ['no version that fixes', 'pkg:rpm/redhat/a?arch=x86_64'],
    ['no tag that fixes', 'pkg:oci/a@sha256:00?arch=amd64'],
    ['what is no package URL', 'rpm/redhat/a'],
  ])('skips and tells %s', (_, purl) => {
    expect(rowsOf({ status: { fixed: ['x'] }, purls: { x: purl } })).toEqual({
      rows: [],
      skipped: ['/vulnerabilities/0/product_status/fixed/0'],
    });
  });

  it('skips and tells a product whose CPE cannot be read', () => {
    const { rows, skipped } = rowsOf({ status: { fixed: ['x'] }, purls: { x: 'pkg:rpm/redhat/a@1-2?arch=x86_64' }, cpe: 'cpe:nonsense' });
    expect([rows, skipped]).toEqual([[], ['/vulnerabilities/0/product_status/fixed/0']]);
  });

  it('lets a fix of a container count in its own line of versions, that of the lowest line from the start', () => {
    const tag = (version: string, arch = 'amd64'): string => `pkg:oci/x@sha256:00?arch=${arch}&repository_url=r/a/x&tag=${version}`;
    const versions = ['v4.13.0-2', 'v4.9.0-7', 'v4.12.0-5', 'v4.13.1-1', '1700000000'];
    const purls: Record<string, string> = { y: tag('v4.13.0-2', 'arm64') };
    for (const [index, version] of versions.entries()) purls[`x${index}`] = tag(version);
    const { rows } = rowsOf({ status: { fixed: Object.keys(purls).sort() }, purls });
    expect(rows.map(({ row: { range, package: of } }) => [range, of.arch])).toEqual([
      [{ introduced: 'v4.13', fixed: 'v4.13.0-2' }, 'aarch64|amd64|arm64|x86_64'],
      [{ fixed: 'v4.9.0-7' }, 'amd64|x86_64'],
      [{ introduced: 'v4.12', fixed: 'v4.12.0-5' }, 'amd64|x86_64'],
      [{ introduced: 'v4.13', fixed: 'v4.13.1-1' }, 'amd64|x86_64'],
      [{ fixed: '1700000000' }, 'amd64|x86_64'],
    ]);
    expect(rows[0]?.row.namespace.key).toMatch(/^redhat-container:cpe:/);
  });

  it('makes one row of what differs by architecture alone', () => {
    const of = (arch: string, version = '1-2'): string => `pkg:rpm/redhat/a@${version}?arch=${arch}`;
    const purls = { x: of('x86_64'), y: of('aarch64'), z: of('s390x', '1-3'), s: of('src') };
    const { rows } = rowsOf({ status: { fixed: ['s', 'x', 'y', 'z'] }, purls });
    expect(rows.map(brief)).toEqual(['affected binary a aarch64|x86_64 0:1-2 fixed', 'affected binary a s390x 0:1-3 fixed']);
    expect(rows[0]?.row.package.archOperation).toBe('pattern match');
    expect(rows[0]?.row.pointer).toBe('/vulnerabilities/0/product_status/fixed/1');
  });

  it('holds for all architectures where one statement names none', () => {
    const purls = { x: 'pkg:rpm/redhat/a?arch=x86_64', y: 'pkg:rpm/redhat/a' };
    const { rows } = rowsOf({ status: { known_not_affected: ['x', 'y'] }, purls });
    expect(rows.map(({ row }) => row.package)).toMatchObject([{ arch: '', archOperation: '' }]);
  });

  it('has the word of the vendor, and the erratum', () => {
    const more = {
      threats: [{ category: 'impact', details: 'Important', product_ids: ['x'] }],
      remediations: [{ category: 'vendor_fix', url: 'https://access.redhat.com/errata/RHSA-2024:0001', product_ids: ['x'] }],
    };
    const { rows } = rowsOf({ status: { fixed: ['x'] }, purls: { x: 'pkg:rpm/redhat/a@1-2?arch=x86_64' }, more });
    expect(rows).toMatchObject([{ erratum: 'RHSA-2024:0001', row: { severity: 'Important', normalizedSeverity: 'High' } }]);
  });

  it('leaves out what has a score of 0 and no word', () => {
    const scores = [{ cvss_v3: { baseScore: 0 }, products: ['x', 'y'] }];
    const threats = [{ category: 'impact', details: 'Low', product_ids: ['y'] }];
    const purls = { x: 'pkg:rpm/redhat/a?arch=src', y: 'pkg:rpm/redhat/b?arch=src' };
    const { rows } = rowsOf({ status: { known_affected: ['x', 'y'] }, purls, more: { scores, threats } });
    expect(rows.map(({ row }) => row.package.name)).toEqual(['b']);
  });
});

describe('what Red Hat writes', () => {
  const way = (category: string, details = '', url = ''): { category: string; details: string; url: string } => ({
    category,
    details,
    url,
  });
  it.each([
    [[], 'not-fixed'],
    [[way('workaround', 'do not use it')], 'not-fixed'],
    [[way('no_fix_planned', 'Will not fix')], 'will-not-fix'],
    [[way('no_fix_planned', 'Out of support scope')], 'end-of-life'],
    [[way('workaround', 'x'), way('none_available', 'Fix deferred')], 'deferred'],
    [[way('none_available', 'Affected')], 'not-fixed'],
    [[way('none_available', 'Under investigation')], 'under-investigation'],
  ])('%j is %s', (ways, expected) => {
    expect(fixStateOf(ways)).toBe(expected);
  });

  it.each([
    ['Low', 'Low'],
    ['moderate', 'Medium'],
    ['Important', 'High'],
    ['CRITICAL', 'Critical'],
    ['', 'Unknown'],
    ['constructor', 'Unknown'],
  ])('%j is %s', (word, severity) => {
    expect(severityOf(word)).toBe(severity);
  });

  it.each([
    ['https://access.redhat.com/errata/RHSA-2023:5700', 'RHSA-2023:5700'],
    ['https://access.redhat.com/errata/RHBA-2023:5700', 'RHBA-2023:5700'],
    ['https://access.redhat.com/security/cve/CVE-1', undefined],
    ['', undefined],
  ])('%s is of %s', (url, erratum) => {
    expect(erratumOf([way('workaround', '', url), way('vendor_fix', '', url)])).toBe(erratum);
  });
});
