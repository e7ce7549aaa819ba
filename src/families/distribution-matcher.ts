import { defineMatcher, type Matcher } from '../contracts/index.ts';
import type { DistributionFacts, PackageKind } from '../core/index.ts';
import { isFromDatabase } from './is-from-database.ts';

export interface DistributionMatcherOptions {
  readonly id: string;
  /** Version scheme of the distribution's packages. */
  readonly scheme: string;
  /** `ID` of os-release(5), or several. */
  readonly did: string | readonly string[];
  /** Name of the scanner that reads the distribution's package database. */
  readonly packageScanner: string;
  /** Whether advisories speak of source packages or of binary packages; `source` if absent. */
  readonly packages?: PackageKind;
  /** The namespace that speaks of a release; undefined where the release is not known. */
  readonly namespaceOf: (distribution: DistributionFacts) => string | undefined;
  /** See {@link Matcher.endOfLife}. */
  readonly endOfLife?: (distribution: DistributionFacts) => string | undefined;
}

/** A matcher for distributions whose advisories speak of packages of a release. The store's range look-up decides. */
export function createDistributionMatcher(options: DistributionMatcherOptions): Matcher {
  const { id, scheme, did, packageScanner, packages = 'source', namespaceOf, endOfLife } = options;
  const dids = typeof did === 'string' ? [did] : did;
  return defineMatcher({
    id,
    scheme,
    versionFilter: true,
    filter: (record) => dids.includes(record.distribution?.did ?? '') && isFromDatabase(record, packageScanner),
    query: () => [packages === 'source' ? 'package-source-name' : 'package-name', 'distribution-did', 'distribution-version-id'],
    namespaces(record) {
      const namespace = record.distribution && namespaceOf(record.distribution);
      return namespace === undefined ? [] : [namespace];
    },
    ...(endOfLife && { endOfLife }),
  });
}
