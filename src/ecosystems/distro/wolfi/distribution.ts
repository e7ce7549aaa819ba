import { createReleaseFileScanner } from '../../../families/index.ts';
import { distributionOf, releaseOf } from './release.ts';

export const wolfiDistributionScanner = createReleaseFileScanner({
  name: 'wolfi',
  version: 1,
  identify(file) {
    const release = releaseOf(file);
    return release && distributionOf(release);
  },
});
