import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { azurelinuxDistributionScanner } from './distribution.ts';
import { azurelinuxMatcher } from './matcher.ts';
import { azurelinuxUpdaterSet } from './updater.ts';

/** Azure Linux and CBL-Mariner: their release files, their OVAL, and the matching of source packages. */
export const azurelinuxPlugin = definePlugin({
  id: 'azurelinux',
  version: 1,
  needs: ['versions/rpm', 'packagedb/rpm'],
  ecosystem: defineEcosystem({
    id: 'azurelinux',
    packageScanners: [],
    distributionScanners: [azurelinuxDistributionScanner],
    repositoryScanners: [],
  }),
  updaterSets: [azurelinuxUpdaterSet],
  matchers: [azurelinuxMatcher],
});
