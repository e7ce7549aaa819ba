import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { javaMatcher } from './matcher.ts';
import { javaScanner } from './scanner.ts';
import { javaUpdaterSet } from './updater.ts';

/** Java archives by their Maven coordinates, and their advisories. */
export const javaPlugin = definePlugin({
  id: 'java',
  version: 1,
  needs: ['versions/maven'],
  ecosystem: defineEcosystem({ id: 'java', packageScanners: [javaScanner], distributionScanners: [], repositoryScanners: [] }),
  updaterSets: [javaUpdaterSet],
  matchers: [javaMatcher],
});
