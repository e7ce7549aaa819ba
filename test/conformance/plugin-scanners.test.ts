// Every scanner that the package brings keeps to what is asked of any: a new one is held to it by being listed in `plugins`.
import { expect, it } from 'vitest';
import { plugins } from '../../src/defaults/plugins.ts';
import { layerFiles } from '../../src/testing/layer-files.ts';
import { scannerSuite } from '../../src/testing/scanner-suite.ts';

const scanners = plugins.flatMap(({ ecosystem }) =>
  ecosystem ? [...ecosystem.packageScanners, ...ecosystem.distributionScanners, ...ecosystem.repositoryScanners] : [],
);

it('there are scanners to look at', () => {
  expect(scanners.length).toBeGreaterThanOrEqual(7);
});

it('one scanner says that a release file cannot be read, not each of them', async () => {
  for (const text of ['', 'nonsense', 'ID=\nnonsense\n']) {
    const telling: string[] = [];
    for (const scanner of plugins.flatMap(({ ecosystem }) => ecosystem?.distributionScanners ?? [])) {
      const { diagnostics = [] } = await scanner.scan(layerFiles({ 'etc/os-release': text }));
      if (diagnostics.length > 0) telling.push(scanner.name);
    }
    expect(telling).toEqual(['os-release']);
  }
});

for (const scanner of scanners) scannerSuite(`${scanner.kind} scanner ${scanner.name}`, () => scanner);
