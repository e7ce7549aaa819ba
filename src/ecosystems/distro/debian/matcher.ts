import { createDistributionMatcher } from '../../../families/index.ts';
import { endOfLife, namespaceKey } from './release.ts';

export const debianMatcher = createDistributionMatcher({
  id: 'debian-matcher',
  scheme: 'deb',
  did: 'debian',
  packageScanner: 'dpkg',
  namespaceOf: ({ versionId }) => (versionId === '' ? undefined : namespaceKey(versionId)),
  endOfLife,
});
