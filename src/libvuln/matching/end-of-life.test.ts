import { describe, expect, it } from 'vitest';
import { scanFake } from '../../testing/fake-matcher-bench.ts';
import { fakeMatcher } from '../../testing/fake-matcher.ts';

const matcher = fakeMatcher('distro', { endOfLife: ({ versionId }) => (versionId === '1' ? '2024-05-01' : undefined) });

/** @param day of the scan; the bench loads its feeds at that of `2024-05-01T00:00:00Z` */
async function said(distribution: string, days: number) {
  const report = await scanFake({
    matchers: [matcher],
    feeds: [],
    age: days * 86_400_000,
    packages: [{ name: 'bin', version: '4', source: 'src 4', places: [{ distribution }] }],
  });
  return report.index.diagnostics.map(({ code, data }) => ({ code, ...data }));
}

describe('the end of a release', () => {
  it('is said from the day after', async () => {
    expect(await said('distro:1', 0)).toEqual([]);
    expect(await said('distro:1', 1)).toEqual([
      { code: 'DISTRIBUTION_END_OF_LIFE', distribution: 'distro 1', supportedUntil: '2024-05-01' },
    ]);
  });

  it('is not guessed', async () => {
    expect(await said('distro:2', 9000)).toEqual([]);
  });
});
