import { definePlugin } from '../../../contracts/index.ts';
import { phpMatcher } from './matcher.ts';
import { phpUpdaterSet } from './updater.ts';

/** Packages of Packagist: their advisories. Nothing is scanned for them yet. */
export const phpPlugin = definePlugin({
  id: 'php',
  version: 1,
  needs: ['versions/packagist'],
  updaterSets: [phpUpdaterSet],
  matchers: [phpMatcher],
});
