import type { Ecosystem } from '../contracts/index.ts';
import { fakeDatabaseScanner, fakeDistributionScanner, fakeFileScanner } from './fake-scanner.ts';

/** An ecosystem of nothing but what is given. */
export function fakeEcosystem(parts: Partial<Ecosystem> = {}): Ecosystem {
  return Object.freeze({ id: 'fake', packageScanners: [], distributionScanners: [], repositoryScanners: [], ...parts });
}

/** A database, package files, one distribution that is known (`known`) and the others that are known a little. */
export function fakeEcosystems(): readonly Ecosystem[] {
  return [
    fakeEcosystem({ id: 'fake-db', packageScanners: [fakeDatabaseScanner()] }),
    fakeEcosystem({ id: 'fake-file', packageScanners: [fakeFileScanner()] }),
    fakeEcosystem({
      id: 'fake-distribution',
      distributionScanners: [fakeDistributionScanner({ knows: 'known' }), fakeDistributionScanner()],
    }),
  ];
}
