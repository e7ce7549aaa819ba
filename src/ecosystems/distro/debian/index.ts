import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { debianDistributionScanner } from './distribution.ts';
import { debianMatcher } from './matcher.ts';
import { debianOsvUpdaterSet } from './osv-updater.ts';
import { debianUpdaterSet } from './updater.ts';

/** Debian: its release file, its security tracker, and the matching of source packages. */
export const debianPlugin = definePlugin({
  id: 'debian',
  version: 1,
  needs: ['versions/deb', 'packagedb/dpkg'],
  ecosystem: defineEcosystem({
    id: 'debian',
    packageScanners: [],
    distributionScanners: [debianDistributionScanner],
    repositoryScanners: [],
  }),
  updaterSets: [debianUpdaterSet, debianOsvUpdaterSet],
  matchers: [debianMatcher],
});
