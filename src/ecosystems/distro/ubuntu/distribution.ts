import { createReleaseFileScanner } from '../../../families/index.ts';
import { distributionOf, releaseOf } from './release.ts';

export const ubuntuDistributionScanner = createReleaseFileScanner({
  name: 'ubuntu',
  version: 1,
  // 10.04 has no os-release
  otherPaths: new Set(['etc/lsb-release']),
  identify(file) {
    const release = releaseOf(file);
    return release && distributionOf(release);
  },
});
