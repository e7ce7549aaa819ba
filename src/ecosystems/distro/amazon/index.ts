import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { amazonDistributionScanner } from './distribution.ts';
import { amazonMatcher } from './matcher.ts';
import { amazonUpdaterSet } from './updater.ts';

/** Amazon Linux: its release file, the advisories of its repositories, and the matching of binary packages. */
export const amazonPlugin = definePlugin({
  id: 'amazon',
  version: 1,
  needs: ['versions/rpm', 'packagedb/rpm'],
  ecosystem: defineEcosystem({
    id: 'amazon',
    packageScanners: [],
    distributionScanners: [amazonDistributionScanner],
    repositoryScanners: [],
  }),
  updaterSets: [amazonUpdaterSet],
  matchers: [amazonMatcher],
});
