import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { ubuntuDistributionScanner } from './distribution.ts';

/** Ubuntu, so far its release file alone: its packages are listed, its advisories not yet loaded. */
export const ubuntuPlugin = definePlugin({
  id: 'ubuntu',
  version: 1,
  needs: ['packagedb/dpkg'],
  ecosystem: defineEcosystem({
    id: 'ubuntu',
    packageScanners: [],
    distributionScanners: [ubuntuDistributionScanner],
    repositoryScanners: [],
  }),
});
