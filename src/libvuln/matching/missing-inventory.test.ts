import { describe, expect, it } from 'vitest';
import type { Namespace } from '../../contracts/index.ts';
import type { Distribution, DistributionId, IndexReport } from '../../core/index.ts';
import { distributionId } from '../../runtime/index.ts';
import { scanFake, type FakeFeedOptions } from '../../testing/fake-matcher-bench.ts';
import { fakeIndexReport, type FakePackage } from '../../testing/fake-matcher-report.ts';
import { fakeMatcher } from '../../testing/fake-matcher.ts';
import { fakeAdvisory } from '../../testing/fake-updater.ts';
import { MemoryMatcherStore } from '../../testing/memory-matcher-store.ts';
import { missingInventory } from './missing-inventory.ts';

const matchers = [fakeMatcher('distro')];

/** An image whose release file names a distribution, and in which these packages were found. */
function imageOf(did: string, packages: readonly FakePackage[]): IndexReport {
  const facts = { did, name: '', version: '', versionCodeName: '', versionId: '1', arch: '', cpe: '', prettyName: '' };
  const id: DistributionId = distributionId(facts);
  const distribution: Distribution = { id, ...facts };
  return { ...fakeIndexReport(packages), distributions: new Map([[id, distribution]]), distributionId: id };
}

const npm: FakePackage = { name: 'left-pad', version: '1', places: [{ repository: 'npm' }] };

describe('an image without packages of its distribution', () => {
  it.each([
    ['of a distribution that is matched', imageOf('distro', []), 'package-database-removed'],
    ['of a distribution that is matched, with packages of a language', imageOf('distro', [npm]), 'package-database-removed'],
    ['of a distribution that nobody matches', imageOf('other', []), 'distribution-unsupported'],
    ['in which nothing was recognised', fakeIndexReport([]), 'distribution-unidentified'],
  ])('%s is not complete', (_, report, reason) => {
    expect(missingInventory(report, matchers)?.reason).toBe(reason);
  });

  it.each([
    ['packages of a language and no distribution', fakeIndexReport([npm])],
    ['packages of its distribution', fakeIndexReport([{ name: 'bin', version: '1', places: [{ distribution: 'distro:1' }] }])],
  ])('with %s has nothing to add', (_, report) => {
    expect(missingInventory(report, matchers)).toBeUndefined();
  });

  it('shows in the coverage', async () => {
    const { coverage } = await scanFake({ feeds: [], matchers, packages: [] });
    expect(coverage).toMatchObject({ complete: false, gaps: [{ reason: 'distribution-unidentified', packages: 0 }] });
  });
});

/** Outlives the Libvuln that it was given to. */
class KeptStore extends MemoryMatcherStore {
  override async [Symbol.asyncDispose](): Promise<void> {}
}

describe('a feed that takes the place of another', () => {
  const distro: Namespace = { key: 'distro:1', scheme: 'integer', distribution: { did: 'distro', versionId: '1' } };
  const feed = (name: string, advisory: string): FakeFeedOptions => ({
    name,
    namespaces: [distro.key],
    advisories: [fakeAdvisory(advisory, [{ namespace: distro, package: 'src', range: { fixed: '5' } }])],
  });
  const packages: readonly FakePackage[] = [{ name: 'bin', version: '4', source: 'src 4', places: [{ distribution: 'distro:1' }] }];

  it('is not added to what that one has left in the store', async () => {
    const store = new KeptStore();
    const first = await scanFake({ feeds: [feed('native', 'CVE-1')], matchers, packages, store });
    const second = await scanFake({ feeds: [feed('alternative', 'CVE-2')], matchers, packages, store });
    const names = (report: typeof first) => [...report.vulnerabilities.values()].map(({ name }) => name);
    expect([names(first), names(second)]).toEqual([['CVE-1'], ['CVE-2']]);
    expect(second.coverage.feeds.map(({ updater }) => updater)).toEqual(['alternative']);
    expect(second.coverage.complete).toBe(true);
  });
});
