import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { rubyScanner } from './scanner.ts';

/** Installed gems, listed; their advisories come later. */
export const rubyPlugin = definePlugin({
  id: 'ruby',
  version: 1,
  needs: [],
  ecosystem: defineEcosystem({ id: 'ruby', packageScanners: [rubyScanner], distributionScanners: [], repositoryScanners: [] }),
});
