import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { rockyDistributionScanner } from './distribution.ts';
import { rockyErrataUpdaterSet } from './errata-updater.ts';
import { rockyMatcher } from './matcher.ts';
import { rockyUpdaterSet } from './updater.ts';

/** Rocky Linux: its release file and its own advisories; those of RHEL, which it rebuilds, are never used for it. */
export const rockyPlugin = definePlugin({
  id: 'rocky',
  version: 1,
  needs: ['versions/rpm', 'packagedb/rpm'],
  ecosystem: defineEcosystem({
    id: 'rocky',
    packageScanners: [],
    distributionScanners: [rockyDistributionScanner],
    repositoryScanners: [],
  }),
  updaterSets: [rockyUpdaterSet, rockyErrataUpdaterSet],
  matchers: [rockyMatcher],
});
