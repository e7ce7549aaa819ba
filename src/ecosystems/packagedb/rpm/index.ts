import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { rpmScanner } from './scanner.ts';

/** The package database of Red Hat, SUSE, Amazon, Oracle and all others that install with rpm. */
export const rpmPlugin = definePlugin({
  id: 'rpm',
  version: 1,
  needs: ['versions/rpm'],
  ecosystem: defineEcosystem({ id: 'rpm', packageScanners: [rpmScanner], distributionScanners: [], repositoryScanners: [] }),
});
