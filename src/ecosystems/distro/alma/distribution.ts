import { createReleaseFileScanner } from '../../../families/index.ts';
import { distributionOf, releaseOf } from './release.ts';

export const almaDistributionScanner = createReleaseFileScanner({
  name: 'alma',
  version: 1,
  identify(file) {
    const release = releaseOf(file);
    return release === undefined ? undefined : distributionOf(release);
  },
});
