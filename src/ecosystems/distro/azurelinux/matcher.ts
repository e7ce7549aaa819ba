import { defineMatcher } from '../../../contracts/index.ts';
import { createDistributionMatcher, isSourceInRange, withoutEpochOfSource } from '../../../families/index.ts';
import { endOfLife, namespaceKey } from './release.ts';

/** Microsoft's advisories name source packages, all with the epoch 0, also of those that have another. */
export const azurelinuxMatcher = defineMatcher({
  ...createDistributionMatcher({
    id: 'azurelinux-matcher',
    scheme: 'rpm',
    did: ['azurelinux', 'mariner'],
    packageScanner: 'rpm',
    namespaceOf: ({ versionId }) => (versionId === '' ? undefined : namespaceKey(versionId)),
    endOfLife,
  }),
  versionFilter: false,
  vulnerable: (record, { range }) => isSourceInRange(record, range),
  asCompared: withoutEpochOfSource,
});
