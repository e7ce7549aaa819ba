import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { rhelContainerCoalescer } from './container-coalescer.ts';
import { rhelContainerScanner } from './container.ts';
import { rhelDistributionScanner } from './distribution.ts';
import { rhelMatcher } from './matcher.ts';
import { rhelOsvUpdaterSet } from './osv-updater.ts';
import { rhelOvalUpdaterSet } from './oval-updater.ts';
import { rhelRepositoryScanner } from './repository.ts';
import { rhelUpdaterSet } from './updater.ts';

/** Red Hat Enterprise Linux, and the CentOS that was built from it: release files, repositories, VEX documents, and the matching of packages by product. */
export const rhelPlugin = definePlugin({
  id: 'rhel',
  version: 1,
  needs: ['versions/rpm', 'packagedb/rpm'],
  ecosystem: defineEcosystem({
    id: 'rhel',
    packageScanners: [rhelContainerScanner],
    distributionScanners: [rhelDistributionScanner],
    repositoryScanners: [rhelRepositoryScanner],
    coalescer: rhelContainerCoalescer,
  }),
  updaterSets: [rhelUpdaterSet, rhelOvalUpdaterSet, rhelOsvUpdaterSet],
  matchers: [rhelMatcher],
});
