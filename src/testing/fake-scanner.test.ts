import { describe, expect, it } from 'vitest';
import { fakeDatabaseScanner, fakeDistributionScanner, fakeFileScanner, fakeRepositoryScanner } from './fake-scanner.ts';
import { layerFiles } from './layer-files.ts';
import { scannerSuite } from './scanner-suite.ts';

scannerSuite('fakeDatabaseScanner', () => fakeDatabaseScanner());
scannerSuite('fakeFileScanner', () => fakeFileScanner());
scannerSuite('fakeFileScanner that peeks', () => fakeFileScanner({ peeks: true }));
scannerSuite('fakeDistributionScanner', () => fakeDistributionScanner());
scannerSuite('fakeRepositoryScanner', () => fakeRepositoryScanner());

describe('fakeRepositoryScanner', () => {
  it('finds a repository a line', async () => {
    const { repositories } = await fakeRepositoryScanner().scan(layerFiles({ 'etc/repositories': 'one\n\ntwo\n' }));
    expect(repositories?.map(({ facts, path }) => [facts.name, path])).toEqual([
      ['one', 'etc/repositories'],
      ['two', 'etc/repositories'],
    ]);
  });
});
