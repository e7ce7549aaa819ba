import { defineMatcher, type Matcher } from '../contracts/index.ts';
import type { DistributionFacts } from '../core/index.ts';
import { isFromDatabase } from './is-from-database.ts';

export interface DistributionMatcherOptions {
  readonly id: string;
  /** Version scheme of the distribution's packages. */
  readonly scheme: string;
  /** `ID` of os-release(5). */
  readonly did: string;
  /** Name of the scanner that reads the distribution's package database. */
  readonly packageScanner: string;
  /** The namespace that speaks of a release; undefined where the release is not known. */
  readonly namespaceOf: (distribution: DistributionFacts) => string | undefined;
}

/** A matcher for distributions whose advisories speak of source packages of a release. The store's range look-up decides. */
export function createDistributionMatcher(options: DistributionMatcherOptions): Matcher {
  const { id, scheme, did, packageScanner, namespaceOf } = options;
  return defineMatcher({
    id,
    scheme,
    versionFilter: true,
    filter: (record) => record.distribution?.did === did && isFromDatabase(record, packageScanner),
    query: () => ['package-source-name', 'distribution-did', 'distribution-version-id'],
    namespaces(record) {
      const namespace = record.distribution && namespaceOf(record.distribution);
      return namespace === undefined ? [] : [namespace];
    },
  });
}
