import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { rustMatcher } from './matcher.ts';
import { rustScanner } from './scanner.ts';
import { rustUpdaterSet } from './updater.ts';

/** Crates in programs of Rust, and their advisories. */
export const rustPlugin = definePlugin({
  id: 'rust',
  version: 1,
  needs: ['versions/semver'],
  ecosystem: defineEcosystem({ id: 'rust', packageScanners: [rustScanner], distributionScanners: [], repositoryScanners: [] }),
  updaterSets: [rustUpdaterSet],
  matchers: [rustMatcher],
});
