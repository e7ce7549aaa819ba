import { createDistributionMatcher } from '../../../families/index.ts';
import { endOfLife, namespaceKey } from './release.ts';

export const alpineMatcher = createDistributionMatcher({
  id: 'alpine-matcher',
  scheme: 'apk',
  did: 'alpine',
  packageScanner: 'apk',
  namespaceOf: ({ versionId }) => (versionId === '' ? undefined : namespaceKey(versionId)),
  endOfLife,
});
