import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { goScanner } from './scanner.ts';

/** Modules in Go programs, listed; their advisories come later. */
export const goPlugin = definePlugin({
  id: 'go',
  version: 1,
  needs: [],
  ecosystem: defineEcosystem({ id: 'go', packageScanners: [goScanner], distributionScanners: [], repositoryScanners: [] }),
});
