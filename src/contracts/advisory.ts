import type { AffectedPackage, DistributionFacts, FixState, RawRange, RepositoryFacts, Severity } from '../core/index.ts';

/** Where advisories apply: a distribution's release or an ecosystem, with the version scheme of its versions. */
export interface Namespace {
  /** e.g. `debian:12`, `alpine:3.11`, `npm`. */
  readonly key: string;
  /** Id of the version scheme, e.g. `deb`. */
  readonly scheme: string;
  /** The facts that constraints are compared with; only those that are set. */
  readonly distribution?: Partial<DistributionFacts>;
  readonly repository?: Partial<RepositoryFacts>;
}

/** What a record says of the versions in its range. */
export type AffectedStatus = 'affected' | 'not_affected' | 'undetermined';

/** One statement of an advisory: this package, these versions. */
export interface AdvisoryRow {
  /** Key of a namespace that the updater declared. */
  readonly namespace: Namespace;
  readonly package: AffectedPackage;
  readonly range: RawRange;
  readonly status: AffectedStatus;
  readonly fixState: FixState;
  /** The vendor's word for this row, where it differs from release to release. */
  readonly severity?: string;
  readonly normalizedSeverity?: Severity;
  readonly pointer: string;
}

/** An advisory as a feed gives it. Its identity is (updater, part, name). */
export interface Advisory {
  /** Which part of the feed, where a name is not unique in it (a package, a release); else empty. */
  readonly part: string;
  /** CVE id where there is one. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly description: string;
  readonly links: readonly string[];
  /** ISO 8601 or empty. */
  readonly issued: string;
  /** The vendor's word, or empty. */
  readonly severity: string;
  readonly normalizedSeverity: Severity;
  /** Upstream address of the document; each row's `pointer` is inside it. */
  readonly url: string;
  readonly rows: readonly AdvisoryRow[];
}
