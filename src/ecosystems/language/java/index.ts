import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { javaScanner } from './scanner.ts';

/** Java archives, listed by their Maven coordinates; their advisories come later. */
export const javaPlugin = definePlugin({
  id: 'java',
  version: 1,
  needs: [],
  ecosystem: defineEcosystem({ id: 'java', packageScanners: [javaScanner], distributionScanners: [], repositoryScanners: [] }),
});
