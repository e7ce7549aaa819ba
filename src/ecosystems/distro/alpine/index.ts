import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { alpineDistributionScanner } from './distribution.ts';
import { alpineMatcher } from './matcher.ts';
import { alpineOsvUpdaterSet } from './osv-updater.ts';
import { alpineUpdaterSet } from './updater.ts';

/** Alpine Linux: its release file, its security database, and the matching of source packages. */
export const alpinePlugin = definePlugin({
  id: 'alpine',
  version: 1,
  needs: ['versions/apk', 'packagedb/apk'],
  ecosystem: defineEcosystem({
    id: 'alpine',
    packageScanners: [],
    distributionScanners: [alpineDistributionScanner],
    repositoryScanners: [],
  }),
  updaterSets: [alpineUpdaterSet, alpineOsvUpdaterSet],
  matchers: [alpineMatcher],
});
