import type { DistributionFacts, EvidenceNote, IndexRecord, RepositoryFacts } from '../core/index.ts';
import type { Namespace } from './advisory.ts';
import type { AffectedRow } from './matcher-store.ts';

/** By which of a record's own fields its namespaces and packages are chosen (the seed's MatchExp, and today's). */
export const constraints = [
  'package-source-name',
  'package-name',
  'package-module',
  'package-arch',
  'distribution-did',
  'distribution-name',
  'distribution-version',
  'distribution-version-code-name',
  'distribution-version-id',
  'distribution-arch',
  'distribution-cpe',
  'distribution-pretty-name',
  'repository-name',
  'repository-key',
  'repository-cpe',
  'has-fixed-in-version',
] as const;
export type Constraint = (typeof constraints)[number];

/** What {@link Matcher.selectNamespaces} chooses from. */
export interface NamespaceChoice {
  /** All that rows stand in. */
  readonly namespaces: readonly Namespace[];
  /** Other names of a repository, as the feed of {@link Matcher.repositoryNames} tells; none where it does not know it. */
  readonly namesOf: (repository: RepositoryFacts) => readonly string[];
}

/** A namespace that answers for a package, and what a reader of the evidence should know of why it does. */
export interface SelectedNamespace {
  readonly namespace: Namespace;
  readonly notes: readonly EvidenceNote[];
}

export interface Matcher {
  readonly id: string;
  /** Version scheme of installed versions. */
  readonly scheme: string;
  /** Whether the record is one of this matcher's. */
  filter(record: IndexRecord): boolean;
  query(): readonly Constraint[];
  /** The namespaces that should answer for the record: what coverage is held to. Empty: the distribution is not supported. */
  namespaces(record: IndexRecord): readonly string[];
  /**
   * Chooses the namespaces that answer for a package, in place of the constraints on namespaces of `query()`: for where more counts than one record's own
   * fields. Depends on nothing but the records' distributions and repositories.
   * @param records of one package, those that `filter` took
   */
  selectNamespaces?(records: readonly IndexRecord[], choice: NamespaceChoice): readonly SelectedNamespace[];
  /**
   * Last day on which the release's vendor gave or will give security fixes to everybody, ISO 8601 (`2024-06-30`); undefined where it is not
   * known. From the day after, reports say DISTRIBUTION_END_OF_LIFE: what its feed does not tell any more cannot be found.
   */
  endOfLife?(distribution: DistributionFacts): string | undefined;
  /** Namespace of a feed of names: an advisory a repository, by its name, with other names as aliases. Looked up for `selectNamespaces`. */
  readonly repositoryNames?: string;
  /** True: the store's range look-up decides. Otherwise every current row goes through `vulnerable`. */
  readonly versionFilter: boolean;
  /** What the row says of the record. Required where `versionFilter` is false. */
  vulnerable?(record: IndexRecord, row: AffectedRow): boolean | 'unknown';
  /** How `vulnerable` takes the versions of a row and of what is installed, where not as they are written: evidence shows what was compared. */
  asCompared?(version: string, row: AffectedRow): string;
}
