// Every scanner that the package brings keeps to what is asked of any: a new one is held to it by being listed in `plugins`.
import { expect, it } from 'vitest';
import { plugins } from '../../src/defaults/plugins.ts';
import { scannerSuite } from '../../src/testing/scanner-suite.ts';

const scanners = plugins.flatMap(({ ecosystem }) =>
  ecosystem ? [...ecosystem.packageScanners, ...ecosystem.distributionScanners, ...ecosystem.repositoryScanners] : [],
);

it('there are scanners to look at', () => {
  expect(scanners.length).toBeGreaterThanOrEqual(7);
});

for (const scanner of scanners) scannerSuite(`${scanner.kind} scanner ${scanner.name}`, () => scanner);
