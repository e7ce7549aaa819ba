import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { npmMatcher } from './matcher.ts';
import { npmScanner } from './scanner.ts';
import { npmUpdaterSet } from './updater.ts';

/** Packages of the npm registry: what is installed, and their advisories. */
export const npmPlugin = definePlugin({
  id: 'npm',
  version: 1,
  needs: ['versions/semver'],
  ecosystem: defineEcosystem({ id: 'npm', packageScanners: [npmScanner], distributionScanners: [], repositoryScanners: [] }),
  updaterSets: [npmUpdaterSet],
  matchers: [npmMatcher],
});
