import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { ubuntuDistributionScanner } from './distribution.ts';
import { ubuntuEsmMatcher, ubuntuMatcher } from './matcher.ts';
import { ubuntuOsvUpdaterSet } from './osv-updater.ts';
import { ubuntuRepositoryScanner } from './repository.ts';
import { ubuntuUpdaterSet } from './updater.ts';

/** Ubuntu: its release file, whether it has Ubuntu Pro, its OVAL, and the matching of packages. */
export const ubuntuPlugin = definePlugin({
  id: 'ubuntu',
  version: 3,
  needs: ['versions/deb', 'packagedb/dpkg'],
  ecosystem: defineEcosystem({
    id: 'ubuntu',
    packageScanners: [],
    distributionScanners: [ubuntuDistributionScanner],
    repositoryScanners: [ubuntuRepositoryScanner],
  }),
  updaterSets: [ubuntuUpdaterSet, ubuntuOsvUpdaterSet],
  matchers: [ubuntuMatcher, ubuntuEsmMatcher],
});
