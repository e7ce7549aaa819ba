import { defineMatcher } from '../../../contracts/index.ts';
import { createDistributionMatcher } from '../../../families/index.ts';
import { namespaceKey, releaseOfDid } from './release.ts';

/** Their advisories name source packages (apk's `origin`). No release is asked about: there is only one. */
export const wolfiMatcher = defineMatcher({
  ...createDistributionMatcher({
    id: 'wolfi-matcher',
    scheme: 'apk',
    did: ['wolfi', 'chainguard'],
    packageScanner: 'apk',
    namespaceOf({ did }) {
      const release = releaseOfDid(did);
      return release && namespaceKey(release);
    },
  }),
  query: () => ['package-source-name', 'distribution-did'],
});
