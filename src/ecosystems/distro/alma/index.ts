import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { almaDistributionScanner } from './distribution.ts';
import { almaMatcher } from './matcher.ts';
import { almaOsvUpdaterSet } from './osv-updater.ts';
import { almaUpdaterSet } from './updater.ts';

/** AlmaLinux: its release file and its own errata; those of RHEL, which it rebuilds, are never used for it. */
export const almaPlugin = definePlugin({
  id: 'alma',
  version: 1,
  needs: ['versions/rpm', 'packagedb/rpm'],
  ecosystem: defineEcosystem({
    id: 'alma',
    packageScanners: [],
    distributionScanners: [almaDistributionScanner],
    repositoryScanners: [],
  }),
  updaterSets: [almaUpdaterSet, almaOsvUpdaterSet],
  matchers: [almaMatcher],
});
