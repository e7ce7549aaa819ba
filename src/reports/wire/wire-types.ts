import type { Severity } from '../../core/index.ts';

/*
 * The shapes of JSON reports: Clair v4's, so that its clients can read them, and ours beside.
 * What Clair's clients insist on (the schema that Quay validates with): strings are never null or absent,
 * `source` is an object, every package has an environment.
 */

export interface WireSourcePackage {
  /** Empty where there is no source package. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly kind: string;
  readonly normalized_version: string;
  readonly module: string;
  readonly arch: string;
  readonly cpe: string;
}

export interface WirePackage extends WireSourcePackage {
  readonly source: WireSourcePackage;
  readonly detector: string;
}

export interface WireDistribution {
  readonly id: string;
  readonly did: string;
  readonly name: string;
  readonly version: string;
  readonly version_code_name: string;
  readonly version_id: string;
  readonly arch: string;
  readonly cpe: string;
  readonly pretty_name: string;
}

export interface WireRepository {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly uri: string;
  readonly cpe: string;
}

export interface WireEnvironment {
  readonly package_db: string;
  readonly introduced_in: string;
  /** Empty where the package belongs to no distribution. */
  readonly distribution_id: string;
  readonly repository_ids: readonly string[];
  /** Ours: id of the OS package that owns the file. */
  readonly owned_by?: string;
  /** Ours: the archive that shows the package, and where it lies in the file. */
  readonly archive?: { readonly sha1: string; readonly inner?: string };
  /** Ours: what the installer wrote down; `source` is where the package came from in place of its registry. */
  readonly installation?: { readonly installer?: string; readonly source?: string };
  /** Ours: a lock file lists it, and nothing shows that it is installed. Absent otherwise. */
  readonly declared?: true;
}

export interface WireDiagnostic {
  readonly code: string;
  readonly level: string;
  readonly layer?: string;
  readonly path?: string;
  readonly data: Readonly<Record<string, string | number | boolean>>;
}

/** What is installed: the part that both kinds of report share. */
export interface WireInventory {
  readonly packages: Readonly<Record<string, WirePackage>>;
  readonly distributions: Readonly<Record<string, WireDistribution>>;
  readonly repository: Readonly<Record<string, WireRepository>>;
  readonly environments: Readonly<Record<string, readonly WireEnvironment[]>>;
}

export interface WireIndexReport extends WireInventory {
  readonly manifest_hash: string;
  readonly state: string;
  readonly success: boolean;
  readonly err: string;
  /** Ours: code of the failure. */
  readonly err_code?: string;
  /** Ours: the distribution of the final image. */
  readonly distribution_id?: string;
  /** Ours. */
  readonly diagnostics: readonly WireDiagnostic[];
}

/** The ends of a range as the advisory writes them. */
export interface WireRange {
  readonly introduced?: string;
  readonly fixed?: string;
  readonly last_affected?: string;
}

export interface WireVulnerability {
  readonly id: string;
  readonly updater: string;
  readonly name: string;
  readonly description: string;
  /** RFC 3339; year 1 where unknown, as Clair has it (its clients parse the field). */
  readonly issued: string;
  /** Separated by spaces. */
  readonly links: string;
  readonly severity: string;
  readonly normalized_severity: Severity;
  readonly package: WirePackage;
  readonly distribution?: WireDistribution;
  readonly repository?: WireRepository;
  /** Empty where nothing fixes it. */
  readonly fixed_in_version: string;
  readonly arch_op?: string;
  /** Ours. */
  readonly aliases: readonly string[];
  readonly fix_state: string;
  readonly affected_range: WireRange;
}

export interface WireRecordRef {
  readonly url: string;
  readonly pointer: string;
}

export interface WireEvidence {
  readonly updater?: string;
  readonly operation?: string;
  readonly record?: WireRecordRef;
  readonly namespace?: string;
  readonly scheme?: string;
  readonly subject: string;
  readonly installed: string;
  readonly introduced?: string;
  readonly fixed?: string;
  readonly last_affected?: string;
  readonly comparison?: string;
  readonly notes?: readonly string[];
  readonly aliases?: readonly string[];
  readonly sources?: readonly { readonly record: WireRecordRef; readonly fixed?: string }[];
  readonly sha1?: string;
}

export interface WireVerdict {
  readonly package_id: string;
  readonly vulnerability_id: string | null;
  readonly name: string;
  readonly status: 'affected' | 'not_affected' | 'unknown';
  readonly reason?: string;
  readonly evidence: WireEvidence;
}

export interface WireFeedCoverage {
  readonly updater: string;
  readonly state: string;
  /** Null where it was never loaded. */
  readonly fetched_at: string | null;
  readonly records: number;
  readonly error?: string;
}

/** `distribution` or `ecosystem` says what it is about; neither where it is about the image. */
export interface WireGap {
  readonly reason: string;
  readonly distribution?: string;
  readonly ecosystem?: string;
  readonly packages: number;
  readonly detail: string;
}

export interface WireCoverage {
  readonly complete: boolean;
  readonly feeds: readonly WireFeedCoverage[];
  readonly packages: { readonly total: number; readonly matched: number; readonly unknown: number };
  readonly gaps: readonly WireGap[];
}

export interface WireVulnerabilityReport extends WireInventory {
  readonly manifest_hash: string;
  readonly vulnerabilities: Readonly<Record<string, WireVulnerability>>;
  readonly package_vulnerabilities: Readonly<Record<string, readonly string[]>>;
  readonly enrichments: Readonly<Record<string, readonly unknown[]>>;
  /** Ours, from here. */
  readonly created_at: string;
  readonly distribution_id?: string;
  readonly verdicts: readonly WireVerdict[];
  readonly coverage: WireCoverage;
  readonly diagnostics: readonly WireDiagnostic[];
}
