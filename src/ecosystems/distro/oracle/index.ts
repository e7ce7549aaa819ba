import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { oracleDistributionScanner } from './distribution.ts';
import { oracleMatcher } from './matcher.ts';
import { oracleUpdaterSet } from './updater.ts';
import { oracleYearlyUpdaterSet } from './yearly-updater.ts';

/** Oracle Linux: its release file, its OVAL, and the matching of binary packages with their modules. */
export const oraclePlugin = definePlugin({
  id: 'oracle',
  version: 1,
  needs: ['versions/rpm', 'packagedb/rpm'],
  ecosystem: defineEcosystem({
    id: 'oracle',
    packageScanners: [],
    distributionScanners: [oracleDistributionScanner],
    repositoryScanners: [],
  }),
  updaterSets: [oracleUpdaterSet, oracleYearlyUpdaterSet],
  matchers: [oracleMatcher],
});
