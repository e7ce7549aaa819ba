import { describe, expect, it } from 'vitest';
import type { Constraint, Matcher, Namespace } from '../../contracts/index.ts';
import type {
  Distribution,
  DistributionFacts,
  DistributionId,
  IndexRecord,
  LayerDigest,
  PackageFacts,
  PackageId,
} from '../../core/index.ts';
import { parseOsRelease } from '../../formats/os-release/index.ts';
import { alpineMatcher } from './alpine/matcher.ts';
import * as alpine from './alpine/release.ts';
import { debianMatcher } from './debian/matcher.ts';
import * as debian from './debian/release.ts';

const layer = `sha256:${'0'.repeat(64)}` as LayerDigest;

function record(distribution: DistributionFacts | undefined, facts: Partial<PackageFacts>): IndexRecord {
  return {
    package: {
      id: '1' as PackageId,
      name: 'libssl3',
      version: '3.0.15-1',
      kind: 'binary',
      arch: 'amd64',
      module: '',
      source: { name: 'openssl', version: '3.0.15-1', module: '' },
      cpe: '',
      detector: 'urn:claircore:detector:dpkg:1:package',
      ...facts,
    },
    environment: { packageDb: 'var/lib/dpkg/status', introducedIn: layer, repositoryIds: [] },
    ...(distribution && { distribution: { ...distribution, id: '1' as DistributionId } satisfies Distribution }),
  };
}

const bookworm = debian.distributionOf(debian.releaseOfCodename('bookworm'));
const alpine311 = alpine.distributionOf('3.11');
const fromApk = { detector: 'urn:claircore:detector:apk:1:package' };
const fromNpm = { detector: 'urn:claircore:detector:npm:1:package' };

describe('which records a matcher takes', () => {
  it.each<[string, Matcher, IndexRecord, boolean]>([
    ['Debian: what dpkg lists', debianMatcher, record(bookworm, {}), true],
    [
      'Debian: what a later dpkg scanner lists',
      debianMatcher,
      record(bookworm, { detector: 'urn:claircore:detector:dpkg:2:package' }),
      true,
    ],
    ['Debian: what a report without detectors lists', debianMatcher, record(bookworm, { detector: '' }), true],
    ['Debian: what npm installed', debianMatcher, record(bookworm, fromNpm), false],
    ['Debian: what apk lists', debianMatcher, record(bookworm, fromApk), false],
    ['Debian: a package of Alpine', debianMatcher, record(alpine311, {}), false],
    ['Debian: a package of a derivative', debianMatcher, record({ ...bookworm, did: 'kali' }, {}), false],
    ['Debian: a package of no distribution', debianMatcher, record(undefined, {}), false],
    ['Alpine: what apk lists', alpineMatcher, record(alpine311, fromApk), true],
    ['Alpine: what npm installed', alpineMatcher, record(alpine311, fromNpm), false],
    ['Alpine: what dpkg lists', alpineMatcher, record(alpine311, {}), false],
  ])('%s', (_, matcher, asked, wanted) => {
    expect(matcher.filter(asked)).toBe(wanted);
  });

  it('takes no package without a source where the detector is not known', () => {
    const { source: _, ...facts } = record(bookworm, { detector: '' }).package;
    expect(debianMatcher.filter({ ...record(bookworm, {}), package: facts })).toBe(false);
  });
});

describe('where a matcher looks', () => {
  it.each<[Matcher, DistributionFacts, readonly string[]]>([
    [debianMatcher, bookworm, ['debian:12']],
    [debianMatcher, debian.distributionOf(debian.releaseOfCodename('sid')), ['debian:sid']],
    [debianMatcher, debian.distributionOf(debian.releaseOfCodename('unheardof')), ['debian:unheardof']],
    [debianMatcher, { ...bookworm, versionId: '' }, []],
    [alpineMatcher, alpine311, ['alpine:3.11']],
    [alpineMatcher, alpine.distributionOf('edge'), ['alpine:edge']],
    [alpineMatcher, { ...alpine311, versionId: '' }, []],
  ])('%#', (matcher, distribution, namespaces) => {
    expect(matcher.namespaces(record(distribution, {}))).toEqual(namespaces);
  });

  it('agrees with the feeds: the namespace of a release has the key and the facts that its images ask for', () => {
    const cases: readonly (readonly [Matcher, DistributionFacts | undefined, Namespace])[] = [
      ...['bullseye', 'bookworm', 'trixie', 'sid', 'unheardof'].map((codename) => {
        const release = debian.releaseOf(parseOsRelease(`ID=debian\nVERSION_CODENAME=${codename}`));
        return [debianMatcher, release && debian.distributionOf(release), debian.namespaceOf(debian.releaseOfCodename(codename))] as const;
      }),
      ...(['3.2', '3.11', 'edge'] as const).map((release) => {
        const found = alpine.releaseOf(parseOsRelease(`ID=alpine\nVERSION_ID=${release}`));
        return [alpineMatcher, found && alpine.distributionOf(found), alpine.namespaceOf(release)] as const;
      }),
    ];
    for (const [matcher, distribution, namespace] of cases) {
      expect(matcher.namespaces(record(distribution, {}))).toEqual([namespace.key]);
      expect(namespace.scheme).toBe(matcher.scheme);
      expect(namespace.distribution).toMatchObject({ did: distribution?.did, versionId: distribution?.versionId });
    }
  });

  it.each([debianMatcher, alpineMatcher])('asks by source package and release', (matcher) => {
    const constraints: readonly Constraint[] = ['package-source-name', 'distribution-did', 'distribution-version-id'];
    expect(matcher.query()).toEqual(constraints);
    expect(matcher.versionFilter).toBe(true);
  });
});
