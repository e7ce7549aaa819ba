import { defineEcosystem, definePlugin } from '../../../contracts/index.ts';
import { dartMatcher } from './matcher.ts';
import { dartScanner } from './scanner.ts';
import { dartUpdaterSet } from './updater.ts';

/** Packages of Dart and Flutter, and their advisories. */
export const dartPlugin = definePlugin({
  id: 'dart',
  version: 1,
  needs: ['versions/pub'],
  ecosystem: defineEcosystem({ id: 'dart', packageScanners: [dartScanner], distributionScanners: [], repositoryScanners: [] }),
  updaterSets: [dartUpdaterSet],
  matchers: [dartMatcher],
});
