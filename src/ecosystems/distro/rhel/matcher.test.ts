import { describe, expect, it } from 'vitest';
import type { Namespace } from '../../../contracts/index.ts';
import type { DistributionFacts, IndexRecord, LayerDigest, PackageId, RepositoryFacts } from '../../../core/index.ts';
import { distributionId, repositoryId } from '../../../runtime/index.ts';
import { rhelMatcher } from './matcher.ts';
import { productNamespace } from './products.ts';
import { distributionOf } from './release.ts';
import { repositoryFacts } from './repository.ts';

const products = [
  'cpe:/o:redhat:enterprise_linux:8',
  'cpe:/o:redhat:enterprise_linux:8::baseos',
  'cpe:/a:redhat:enterprise_linux:8::appstream',
  'cpe:/a:redhat:enterprise_linux:8',
  'cpe:/o:redhat:enterprise_linux:9',
  'cpe:/o:redhat:rhel_eus:8.4::baseos',
  'cpe:/a:redhat:openshift:4',
  'cpe:/a:redhat:openshift:4.1::el8',
  'cpe:/a:redhat:openshift:4.13::el8',
  'cpe:/o:redhat:enterprise_linux',
];
const foreign: Namespace = { key: 'debian:12', scheme: 'deb', distribution: { did: 'debian', versionId: '12' } };
const namespaces = [...products.flatMap((cpe) => productNamespace(cpe) ?? []), foreign];
const names: Readonly<Record<string, readonly string[]>> = {
  base: ['cpe:/o:redhat:enterprise_linux:8::baseos'],
  app: ['cpe:/a:redhat:enterprise_linux:8::appstream', 'cpe:/a:redhat:rhel:8.3::appstream'],
  eus: ['cpe:/o:redhat:rhel_eus:8.4::baseos'],
  ocp: ['cpe:/a:redhat:openshift:4.13::el8'],
};

const rhel8 = distributionOf({ did: 'rhel', major: '8' });

function recordOf(
  repository?: RepositoryFacts,
  distribution: DistributionFacts = rhel8,
  detector = 'urn:claircore:detector:rpm:1:package',
): IndexRecord {
  return {
    package: {
      id: 'p' as PackageId,
      name: 'a',
      version: '1-1',
      kind: 'binary',
      arch: 'x86_64',
      module: '',
      cpe: '',
      detector,
      source: { name: 'a', version: '1-1', module: '' },
    },
    environment: { packageDb: 'var/lib/rpm/rpmdb.sqlite', introducedIn: 'sha256:0' as LayerDigest, repositoryIds: [] },
    distribution: { ...distribution, id: distributionId(distribution) },
    ...(repository && { repository: { ...repository, id: repositoryId(repository) } }),
  };
}

function selected(...records: readonly IndexRecord[]): { readonly products: readonly string[]; readonly notes: readonly string[] } {
  const chosen = rhelMatcher.selectNamespaces?.(records, { namespaces, namesOf: ({ name }) => names[name] ?? [] }) ?? [];
  const notes = new Set(chosen.flatMap((one) => one.notes));
  return {
    products: chosen.map(({ namespace }) => namespace.key.replace('redhat:cpe:/', '').replaceAll(':redhat:', ' ')),
    notes: [...notes],
  };
}

const release = ['o enterprise_linux:8', 'o enterprise_linux'];

describe('the matcher', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['the products of a repository and the release', ['base'], ['o enterprise_linux:8::baseos', ...release]],
    ['a product that holds another', ['app'], ['a enterprise_linux:8::appstream', 'a enterprise_linux:8', ...release]],
    ['an update stream, and the release', ['eus'], ['o rhel_eus:8.4::baseos', ...release]],
    ['all of a major version, but no 4.1 for 4.13', ['ocp'], ['a openshift:4', 'a openshift:4.13::el8', ...release]],
    ['all repositories together', ['base', 'ocp'], ['o enterprise_linux:8::baseos', 'a openshift:4', 'a openshift:4.13::el8', ...release]],
    ['the known ones of several', ['base', 'unheard-of'], ['o enterprise_linux:8::baseos', ...release]],
  ])('asks %s', (_, repositories, expected) => {
    const found = selected(...repositories.map((id) => recordOf(repositoryFacts(id))));
    expect([found.products.toSorted(), found.notes]).toEqual([expected.toSorted(), []]);
  });

  it.each([
    ['no repository', [recordOf()]],
    ['none that is known', [recordOf(repositoryFacts('x')), recordOf(repositoryFacts('y'))]],
  ] as const)('with %s asks all products of the release, and no others', (_, records) => {
    const found = selected(...records);
    expect(found.products.toSorted()).toEqual(
      ['o enterprise_linux:8::baseos', 'a enterprise_linux:8::appstream', 'a enterprise_linux:8', ...release].toSorted(),
    );
    expect(found.notes).toEqual(['repository-assumed']);
  });

  it('takes the CPEs that a report of another Clair has for repositories', () => {
    const cpe = 'cpe:2.3:o:redhat:enterprise_linux:8:*:baseos:*:*:*:*:*';
    const found = selected(recordOf({ name: cpe, key: 'rhel-cpe-repository', uri: 'repoid=base', cpe }));
    expect([found.products.toSorted(), found.notes]).toEqual([['o enterprise_linux:8::baseos', ...release].toSorted(), []]);
  });

  it('says whose rows CentOS has', () => {
    expect(selected(recordOf(undefined, distributionOf({ did: 'centos', major: '8' }))).notes).toEqual(['repository-assumed', 'rhel-rows']);
  });

  it.each<[string, Partial<DistributionFacts>, string, boolean]>([
    ['RHEL', {}, 'urn:claircore:detector:rpm:1:package', true],
    ['RHEL of another Clair', { versionId: '8.10' }, '', true],
    ['CentOS 7', { did: 'centos', versionId: '7', name: 'CentOS Linux' }, '', true],
    ['CentOS Stream', { did: 'centos', versionId: '8', name: 'CentOS Stream' }, '', false],
    ['CentOS 9', { did: 'centos', versionId: '9', name: 'CentOS' }, '', false],
    ['a rebuild with its own feed', { did: 'almalinux' }, '', false],
    ['Fedora', { did: 'fedora', versionId: '40' }, '', false],
    ['a language’s package', {}, 'urn:claircore:detector:npm:1:package', false],
    ['a release without a number', { versionId: '', version: '' }, '', false],
  ])('takes packages of %s', (_, facts, detector, expected) => {
    expect(rhelMatcher.filter(recordOf(undefined, { ...rhel8, ...facts }, detector))).toBe(expected);
  });

  it('is held to the release', () => {
    expect(rhelMatcher.namespaces(recordOf())).toEqual(['redhat:cpe:/o:redhat:enterprise_linux:8']);
    expect(rhelMatcher.namespaces(recordOf(undefined, { ...rhel8, versionId: '9.4' }))).toEqual([
      'redhat:cpe:/o:redhat:enterprise_linux:9',
    ]);
  });
});
