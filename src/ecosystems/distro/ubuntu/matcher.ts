import { defineMatcher, type Matcher } from '../../../contracts/index.ts';
import type { IndexRecord } from '../../../core/index.ts';
import { createDistributionMatcher } from '../../../families/index.ts';
import { isOfEsm } from './esm.ts';
import { endOfLife } from './release.ts';
import { namespaceKey, type Audience } from './series.ts';

/** OVAL names the binary packages of each source, OSV the source packages themselves: both are looked up. */
function createUbuntuMatcher(id: string, audience: Audience): Matcher {
  const ofDistribution = createDistributionMatcher({
    id,
    scheme: 'deb',
    did: 'ubuntu',
    packageScanner: 'dpkg',
    packages: 'binary',
    namespaceOf: ({ versionId }) => (versionId === '' ? undefined : namespaceKey(versionId, audience)),
    endOfLife,
  });
  return defineMatcher({
    ...ofDistribution,
    filter: (record) => ofDistribution.filter(record) && isOfEsm(record) === (audience === 'pro'),
    query: () => ['package-source-name', ...ofDistribution.query()],
    // Both audiences have namespaces of one and the same release.
    selectNamespaces(records, { namespaces }) {
      const wanted = new Set(records.flatMap((record: IndexRecord) => ofDistribution.namespaces(record)));
      return namespaces.filter(({ key }) => wanted.has(key)).map((namespace) => ({ namespace, notes: [] }));
    },
  });
}

/** Packages as everybody gets them. */
export const ubuntuMatcher = createUbuntuMatcher('ubuntu-matcher', 'everybody');

/** Packages that get their fixes from Expanded Security Maintenance. */
export const ubuntuEsmMatcher = createUbuntuMatcher('ubuntu-esm-matcher', 'pro');
