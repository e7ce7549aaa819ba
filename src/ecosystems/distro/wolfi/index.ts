import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { wolfiDistributionScanner } from './distribution.ts';
import { wolfiMatcher } from './matcher.ts';
import { wolfiUpdaterSet } from './updater.ts';

/** Wolfi and Chainguard: their release files, their security databases, and the matching of source packages. */
export const wolfiPlugin = definePlugin({
  id: 'wolfi',
  version: 1,
  needs: ['versions/apk', 'packagedb/apk'],
  ecosystem: defineEcosystem({
    id: 'wolfi',
    packageScanners: [],
    distributionScanners: [wolfiDistributionScanner],
    repositoryScanners: [],
  }),
  updaterSets: [wolfiUpdaterSet],
  matchers: [wolfiMatcher],
});
