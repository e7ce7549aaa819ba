import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { rubyMatcher } from './matcher.ts';
import { rubyScanner } from './scanner.ts';
import { rubyUpdaterSet } from './updater.ts';

/** Gems: what is installed, and their advisories. */
export const rubyPlugin = definePlugin({
  id: 'ruby',
  version: 1,
  needs: ['versions/gem'],
  ecosystem: defineEcosystem({ id: 'ruby', packageScanners: [rubyScanner], distributionScanners: [], repositoryScanners: [] }),
  updaterSets: [rubyUpdaterSet],
  matchers: [rubyMatcher],
});
