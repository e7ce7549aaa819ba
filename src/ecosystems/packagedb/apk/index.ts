import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { apkScanner } from './scanner.ts';

/** The package database of Alpine Linux and its kin. */
export const apkPlugin = definePlugin({
  id: 'apk',
  version: 1,
  needs: ['versions/apk'],
  ecosystem: defineEcosystem({ id: 'apk', packageScanners: [apkScanner], distributionScanners: [], repositoryScanners: [] }),
});
