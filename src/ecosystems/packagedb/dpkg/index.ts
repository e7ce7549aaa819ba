import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { dpkgScanner } from './scanner.ts';

/** The package database of Debian and its kin. */
export const dpkgPlugin = definePlugin({
  id: 'dpkg',
  version: 1,
  needs: ['versions/deb'],
  ecosystem: defineEcosystem({ id: 'dpkg', packageScanners: [dpkgScanner], distributionScanners: [], repositoryScanners: [] }),
});
