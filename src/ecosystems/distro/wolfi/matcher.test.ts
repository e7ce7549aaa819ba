import { describe, expect, it } from 'vitest';
import type { DistributionFacts, DistributionId, IndexRecord, LayerDigest } from '../../../core/index.ts';
import { parseOsRelease } from '../../../formats/os-release/index.ts';
import { fakePackage } from '../../../testing/fake-matcher-report.ts';
import { wolfiMatcher } from './matcher.ts';
import { distributionOf, namespaceOf, releaseOf, type WolfiDistribution } from './release.ts';

const wolfi = 'NAME="Wolfi"\nID=wolfi\nVERSION_ID="20230201"\nPRETTY_NAME="Wolfi"\n';
const chainguard = 'ID=chainguard\nNAME="Chainguard"\nPRETTY_NAME="Chainguard"\nVERSION_ID="20230214"\n';

describe('release files of Wolfi and Chainguard', () => {
  it.each<[string, WolfiDistribution | undefined]>([
    [wolfi, 'wolfi'],
    [chainguard, 'chainguard'],
    ['ID=wolfi\n', 'wolfi'],
    ['ID=alpine\nID_LIKE=wolfi\nVERSION_ID=3.20.1\n', undefined],
    ['ID=toString\n', undefined],
    ['NAME=Wolfi\n', undefined],
    ['', undefined],
  ])('%j is %s', (text, release) => {
    expect(releaseOf(parseOsRelease(text))).toBe(release);
  });
});

function record(distribution: DistributionFacts, scanner: string): IndexRecord {
  return {
    package: fakePackage({ name: 'a', version: '1-r0', source: 'a 1-r0', detector: `urn:claircore:detector:${scanner}:1:package` }),
    environment: { packageDb: 'usr/lib/apk/db/installed', introducedIn: `sha256:${'0'.repeat(64)}` as LayerDigest, repositoryIds: [] },
    distribution: { ...distribution, id: 'd' as DistributionId },
  };
}

describe('the matcher of Wolfi and Chainguard', () => {
  it.each(['wolfi', 'chainguard'] as const)('finds what images of %s have in the namespace of its feed', (release) => {
    const facts = distributionOf(release);
    const { key, scheme, distribution } = namespaceOf(release);
    expect(wolfiMatcher.filter(record(facts, 'apk'))).toBe(true);
    expect(wolfiMatcher.namespaces(record(facts, 'apk'))).toEqual([key]);
    expect([wolfiMatcher.scheme, distribution?.did]).toEqual([scheme, facts.did]);
    // As a report of another scanner names it: there is one release only.
    expect(wolfiMatcher.namespaces(record({ ...facts, versionId: '20230201' }, 'apk'))).toEqual([key]);
  });

  it('takes no package that apk does not list, and none of Alpine', () => {
    expect(wolfiMatcher.filter(record(distributionOf('wolfi'), 'npm'))).toBe(false);
    expect(wolfiMatcher.filter(record({ ...distributionOf('wolfi'), did: 'alpine' }, 'apk'))).toBe(false);
  });

  it('asks by source package and distribution', () => {
    expect(wolfiMatcher.query()).toEqual(['package-source-name', 'distribution-did']);
    expect(wolfiMatcher.versionFilter).toBe(true);
  });
});
