import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { photonDistributionScanner } from './distribution.ts';
import { photonMatcher } from './matcher.ts';
import { photonUpdaterSet } from './updater.ts';

/** Photon OS: its release file, its OVAL, and the matching of binary packages. */
export const photonPlugin = definePlugin({
  id: 'photon',
  version: 1,
  needs: ['versions/rpm', 'packagedb/rpm'],
  ecosystem: defineEcosystem({
    id: 'photon',
    packageScanners: [],
    distributionScanners: [photonDistributionScanner],
    repositoryScanners: [],
  }),
  updaterSets: [photonUpdaterSet],
  matchers: [photonMatcher],
});
