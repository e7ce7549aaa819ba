import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { suseDistributionScanner } from './distribution.ts';
import { suseMatcher } from './matcher.ts';
import { suseOsvUpdaterSet, suseUpdaterSet } from './updater.ts';

/** SUSE Linux Enterprise and openSUSE: their release files, their OVAL, and the matching of binary packages. */
export const susePlugin = definePlugin({
  id: 'suse',
  version: 1,
  needs: ['versions/rpm', 'packagedb/rpm'],
  ecosystem: defineEcosystem({
    id: 'suse',
    packageScanners: [],
    distributionScanners: [suseDistributionScanner],
    repositoryScanners: [],
  }),
  updaterSets: [suseUpdaterSet, suseOsvUpdaterSet],
  matchers: [suseMatcher],
});
