import { createReleaseFileScanner } from '../../../families/index.ts';
import { distributionOf, releaseOf } from './release.ts';

export const rockyDistributionScanner = createReleaseFileScanner({
  name: 'rocky',
  version: 1,
  identify(file) {
    const release = releaseOf(file);
    return release === undefined ? undefined : distributionOf(release);
  },
});
