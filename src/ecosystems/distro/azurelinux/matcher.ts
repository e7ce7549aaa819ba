import { createDistributionMatcher } from '../../../families/index.ts';
import { endOfLife, namespaceKey } from './release.ts';

/** Microsoft's advisories name source packages. */
export const azurelinuxMatcher = createDistributionMatcher({
  id: 'azurelinux-matcher',
  scheme: 'rpm',
  did: ['azurelinux', 'mariner'],
  packageScanner: 'rpm',
  namespaceOf: ({ versionId }) => (versionId === '' ? undefined : namespaceKey(versionId)),
  endOfLife,
});
