import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { pythonMatcher } from './matcher.ts';
import { pythonScanner } from './scanner.ts';
import { pythonUpdaterSet } from './updater.ts';

/** Distributions of the Python Package Index: what is installed, and their advisories. */
export const pythonPlugin = definePlugin({
  id: 'python',
  version: 1,
  needs: ['versions/pep440'],
  ecosystem: defineEcosystem({ id: 'python', packageScanners: [pythonScanner], distributionScanners: [], repositoryScanners: [] }),
  updaterSets: [pythonUpdaterSet],
  matchers: [pythonMatcher],
});
