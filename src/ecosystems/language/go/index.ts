import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { goMatcher } from './matcher.ts';
import { goScanner } from './scanner.ts';
import { goUpdaterSet } from './updater.ts';

/** Modules in Go programs, and their advisories. */
export const goPlugin = definePlugin({
  id: 'go',
  version: 1,
  needs: ['versions/go'],
  ecosystem: defineEcosystem({ id: 'go', packageScanners: [goScanner], distributionScanners: [], repositoryScanners: [] }),
  updaterSets: [goUpdaterSet],
  matchers: [goMatcher],
});
