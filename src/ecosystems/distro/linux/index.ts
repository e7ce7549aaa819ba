import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { linuxDistributionScanner } from './distribution.ts';

/** Names distributions that no other plugin knows. */
export const linuxPlugin = definePlugin({
  id: 'linux',
  version: 1,
  needs: [],
  ecosystem: defineEcosystem({
    id: 'linux',
    packageScanners: [],
    distributionScanners: [linuxDistributionScanner],
    repositoryScanners: [],
  }),
});
