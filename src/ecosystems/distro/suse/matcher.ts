import { createRpmMatcher } from '../../../families/index.ts';
import { endOfLife, namespaceKey, releaseOfDistribution } from './release.ts';

export const suseMatcher = createRpmMatcher({
  id: 'suse-matcher',
  isOurs: (distribution) => releaseOfDistribution(distribution) !== undefined,
  namespacesOf({ distribution }) {
    const release = releaseOfDistribution(distribution);
    return release === undefined ? [] : [namespaceKey(release)];
  },
  namesModules: false,
  endOfLife,
});
