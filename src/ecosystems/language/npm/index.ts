import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { npmScanner } from './scanner.ts';

/** Packages of the npm registry, listed; their advisories come later. */
export const npmPlugin = definePlugin({
  id: 'npm',
  version: 1,
  needs: [],
  ecosystem: defineEcosystem({ id: 'npm', packageScanners: [npmScanner], distributionScanners: [], repositoryScanners: [] }),
});
