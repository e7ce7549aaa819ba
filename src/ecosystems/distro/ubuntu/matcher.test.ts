import { describe, expect, it } from 'vitest';
import type { Namespace } from '../../../contracts/index.ts';
import type {
  DistributionId,
  IndexRecord,
  LayerDigest,
  PackageFacts,
  PackageId,
  RepositoryFacts,
  RepositoryId,
} from '../../../core/index.ts';
import { FakeFeedClient } from '../../../testing/fake-feed-client.ts';
import { namespaceOf } from './advisory.ts';
import { esmRepository } from './esm.ts';
import { ubuntuEsmMatcher, ubuntuMatcher } from './matcher.ts';
import { distributionOf } from './release.ts';
import { editionOfNamespace } from './series.ts';
import { ubuntuUpdaterSet } from './updater.ts';

function record(facts: Partial<PackageFacts>, repository?: RepositoryFacts, versionId = '22.04'): IndexRecord {
  return {
    package: {
      id: '1' as PackageId,
      name: 'libssh-4',
      version: '0.9.6-2',
      kind: 'binary',
      arch: 'amd64',
      module: '',
      source: { name: 'libssh', version: '0.9.6-2', module: '' },
      cpe: '',
      detector: 'urn:claircore:detector:dpkg:1:package',
      ...facts,
    },
    environment: { packageDb: 'var/lib/dpkg/status', introducedIn: `sha256:${'0'.repeat(64)}` as LayerDigest, repositoryIds: [] },
    distribution: { ...distributionOf({ versionId, codename: '' }), id: '1' as DistributionId },
    ...(repository && { repository: { ...repository, id: '1' as RepositoryId } }),
  };
}

const namespaces = ['ubuntu:22.04', 'ubuntu-esm:22.04', 'ubuntu:20.04', 'ubuntu-esm:20.04'].flatMap((key): readonly Namespace[] => {
  const edition = editionOfNamespace(key);
  return edition ? [namespaceOf(edition)] : [];
});

describe('who answers for a package of Ubuntu', () => {
  it.each<[string, IndexRecord, string | undefined]>([
    ['of the archive', record({}), 'ubuntu:22.04'],
    ['of an image with ESM', record({}, esmRepository('infra')), 'ubuntu-esm:22.04'],
    ['of an image with ESM for applications', record({}, esmRepository('apps'), '20.04'), 'ubuntu-esm:20.04'],
    ['of a version of ESM', record({ version: '0.9.6-2+esm1' }), 'ubuntu-esm:22.04'],
    ['of a source of ESM', record({ version: '1:2', source: { name: 'a', version: '1~esm12', module: '' } }), 'ubuntu-esm:22.04'],
    ['of a version that looks alike', record({ version: '0.9.6-2esmtp1' }), 'ubuntu:22.04'],
    ['with a repository of another kind', record({}, { ...esmRepository('infra'), key: 'rpm-repository' }), 'ubuntu:22.04'],
    ['that dpkg does not list', record({ detector: 'urn:claircore:detector:npm:1:package' }), undefined],
  ])('a package %s', (_name, asked, wanted) => {
    const answering = [ubuntuMatcher, ubuntuEsmMatcher].filter((matcher) => matcher.filter(asked));
    expect(answering.flatMap((matcher) => matcher.namespaces(asked))).toEqual(wanted === undefined ? [] : [wanted]);
    const selected = answering.flatMap((matcher) => matcher.selectNamespaces?.([asked], { namespaces, namesOf: () => [] }) ?? []);
    expect(selected.map(({ namespace: { key } }) => key)).toEqual(wanted === undefined ? [] : [wanted]);
  });

  it('looks up binary packages, as OVAL names them, and source packages, as OSV does', () => {
    for (const matcher of [ubuntuMatcher, ubuntuEsmMatcher]) {
      expect(matcher.query()).toEqual(expect.arrayContaining(['package-name', 'package-source-name']));
      expect(matcher.versionFilter).toBe(true);
    }
  });
});

describe('the updaters of Ubuntu', () => {
  it.each([
    ['ubuntu:22.04', ['ubuntu-jammy-updater']],
    ['ubuntu-esm:22.04', ['ubuntu-esm-jammy-updater']],
    ['ubuntu-esm:22.10', []],
    ['ubuntu-esm:23.04', []],
    ['ubuntu-esm', []],
    ['ubuntu:10.04', []],
  ])('of %s are %j', async (namespace, names) => {
    expect(ubuntuUpdaterSet.expected(namespace)).toEqual(names);
    const updaters = await ubuntuUpdaterSet.discover({ client: new FakeFeedClient(), namespaces: [namespace] });
    expect(updaters.map(({ name }) => name)).toEqual(names);
    expect(updaters.every((updater) => updater.serves(namespace))).toBe(true);
    expect(updaters.some((updater) => updater.serves(namespace.replace('-esm', '')) && namespace.includes('-esm'))).toBe(false);
  });

  it('are found by asking, of long-term releases for both audiences', async () => {
    const url = (name: string): string => `https://security-metadata.canonical.com/oval/com.ubuntu.${name}.cve.oval.xml.bz2`;
    const client = new FakeFeedClient().set(url('jammy'), '').set(url('lunar'), '');
    const updaters = await ubuntuUpdaterSet.discover({ client });
    expect(updaters.map(({ name }) => name)).toEqual(['ubuntu-jammy-updater', 'ubuntu-esm-jammy-updater', 'ubuntu-lunar-updater']);
  });
});
