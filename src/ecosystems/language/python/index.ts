import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { pythonScanner } from './scanner.ts';

/** Installed distributions of Python, listed; their advisories come later. */
export const pythonPlugin = definePlugin({
  id: 'python',
  version: 1,
  needs: [],
  ecosystem: defineEcosystem({ id: 'python', packageScanners: [pythonScanner], distributionScanners: [], repositoryScanners: [] }),
});
