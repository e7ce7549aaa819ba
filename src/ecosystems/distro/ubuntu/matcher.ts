import { createDistributionMatcher } from '../../../families/index.ts';
import { endOfLife } from './release.ts';
import { namespaceKey } from './series.ts';

/** Ubuntu's OVAL names the binary packages of each source. */
export const ubuntuMatcher = createDistributionMatcher({
  id: 'ubuntu-matcher',
  scheme: 'deb',
  did: 'ubuntu',
  packageScanner: 'dpkg',
  packages: 'binary',
  namespaceOf: ({ versionId }) => (versionId === '' ? undefined : namespaceKey(versionId)),
  endOfLife,
});
