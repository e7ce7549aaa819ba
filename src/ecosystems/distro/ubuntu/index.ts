import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { ubuntuDistributionScanner } from './distribution.ts';
import { ubuntuMatcher } from './matcher.ts';
import { ubuntuUpdaterSet } from './updater.ts';

/** Ubuntu: its release file, its OVAL, and the matching of binary packages. */
export const ubuntuPlugin = definePlugin({
  id: 'ubuntu',
  version: 2,
  needs: ['versions/deb', 'packagedb/dpkg'],
  ecosystem: defineEcosystem({
    id: 'ubuntu',
    packageScanners: [],
    distributionScanners: [ubuntuDistributionScanner],
    repositoryScanners: [],
  }),
  updaterSets: [ubuntuUpdaterSet],
  matchers: [ubuntuMatcher],
});
