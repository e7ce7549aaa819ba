import { defineMatcher, type Constraint, type Matcher } from '../contracts/index.ts';
import type { DistributionFacts, IndexRecord } from '../core/index.ts';
import { isFromDatabase } from './is-from-database.ts';

/** Name of the scanner that reads rpm's databases. */
export const rpmScannerName = 'rpm';

export interface RpmMatcherOptions {
  readonly id: string;
  /** Whether a record's distribution is this matcher's; by its `ID` of os-release(5) where the vendor has one. */
  readonly isOurs: (distribution: DistributionFacts) => boolean;
  /** The namespaces that should answer for a record; none where the release is not known. */
  readonly namespacesOf: (record: IndexRecord & { readonly distribution: DistributionFacts }) => readonly string[];
  /** By which facts of a record its namespaces are found; `did` and `versionId` of the distribution if absent. */
  readonly namespacesBy?: readonly Constraint[];
  /**
   * Whether rows of the feed name the module (`name:stream`) of a modular package. Then rows and packages of different modules, or
   * of one and none, have nothing to do with each other. Without it rows speak of every package of the name.
   */
  readonly namesModules: boolean;
  /** See {@link Matcher.endOfLife}. */
  readonly endOfLife?: (distribution: DistributionFacts) => string | undefined;
}

/**
 * A matcher for distributions of rpm packages whose advisories speak of *binary* packages: looked up by their own name and compared with
 * their own `[epoch:]version-release`. The store's range look-up decides; a row's architecture is held against the package's (`archOperation`).
 *
 * @example
 * ```ts
 * export const exampleMatcher = createRpmMatcher({
 *   id: 'example-matcher',
 *   isOurs: ({ did }) => did === 'example',
 *   namespacesOf: ({ distribution: { versionId } }) => (versionId === '' ? [] : [namespaceKey(versionId)]),
 *   namesModules: false,
 * });
 * ```
 */
export function createRpmMatcher(options: RpmMatcherOptions): Matcher {
  const { id, isOurs, namespacesOf, namespacesBy = ['distribution-did', 'distribution-version-id'], namesModules, endOfLife } = options;
  const constraints: readonly Constraint[] = ['package-name', ...namespacesBy, ...(namesModules ? (['package-module'] as const) : [])];
  return defineMatcher({
    id,
    scheme: 'rpm',
    versionFilter: true,
    filter: (record) => record.distribution !== undefined && isOurs(record.distribution) && isFromDatabase(record, rpmScannerName),
    query: () => constraints,
    namespaces: ({ distribution, ...record }) => (distribution ? namespacesOf({ ...record, distribution }) : []),
    ...(endOfLife && { endOfLife }),
  });
}
