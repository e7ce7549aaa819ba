import { createReleaseFileScanner } from '../../../families/index.ts';
import { distributionOf, releaseOf } from './release.ts';

export const debianDistributionScanner = createReleaseFileScanner({
  name: 'debian',
  version: 1,
  identify(file) {
    if (file.values.get('ID') !== 'debian') return undefined;
    const release = releaseOf(file);
    return release && distributionOf(release);
  },
});
