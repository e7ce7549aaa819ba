import { definePlugin } from '../../../contracts/index.ts';
import { bitnamiMatcher } from './matcher.ts';
import { bitnamiUpdaterSet } from './updater.ts';

/** Applications that Bitnami packages: their advisories. Nothing is scanned for them yet. */
export const bitnamiPlugin = definePlugin({
  id: 'bitnami',
  version: 1,
  needs: ['versions/semver'],
  updaterSets: [bitnamiUpdaterSet],
  matchers: [bitnamiMatcher],
});
