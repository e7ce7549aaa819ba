import type { WireCoverage, WireDiagnostic, WireVerdict } from '../../reports/index.ts';

/*
 * The JSON of claircore v0.0.7: whole numbers as ids, one distribution and one repository a package, `repository` in the singular.
 * What is ours stands beside under keys that v0.0.7 does not have, and its clients pass over.
 */

export interface SeedPackage {
  readonly id: number;
  readonly name: string;
  readonly version: string;
  readonly kind: string;
  readonly source: SeedPackage | null;
  /** Path of the database or file that shows it: the first of its places. */
  readonly package_db: string;
  /** Always empty: nothing here needs it. */
  readonly repository_hint: string;
  /** Ours, from here. */
  readonly arch: string;
  readonly module: string;
  readonly cpe: string;
  readonly detector: string;
}

export interface SeedDistribution {
  readonly id: number;
  readonly did: string;
  readonly name: string;
  readonly version: string;
  readonly version_code_name: string;
  readonly version_id: string;
  readonly arch: string;
  readonly cpe: string;
  readonly pretty_name: string;
}

export interface SeedRepository {
  readonly id: number;
  readonly name: string;
  readonly key: string;
  readonly uri: string;
  /** Ours. */
  readonly cpe: string;
}

/** Ours: one place of a package. */
export interface SeedEnvironment {
  readonly package_db: string;
  readonly introduced_in: string;
  /** 0 where the package belongs to no distribution. */
  readonly distribution_id: number;
  readonly repository_ids: readonly number[];
  readonly owned_by?: number;
}

export interface SeedIndexReport {
  readonly manifest_hash: string;
  readonly state: string;
  readonly packages: Readonly<Record<string, SeedPackage>>;
  readonly distributions: Readonly<Record<string, SeedDistribution>>;
  readonly repository: Readonly<Record<string, SeedRepository>>;
  readonly distribution_by_package: Readonly<Record<string, number>>;
  readonly repository_by_package: Readonly<Record<string, number>>;
  readonly package_introduced: Readonly<Record<string, string>>;
  readonly success: boolean;
  readonly err: string;
  /** Ours, from here. */
  readonly err_code?: string;
  readonly environments: Readonly<Record<string, readonly SeedEnvironment[]>>;
  readonly distribution_id?: number;
  readonly diagnostics: readonly WireDiagnostic[];
}

export interface SeedVulnerability {
  readonly id: number;
  readonly updater: string;
  readonly name: string;
  readonly description: string;
  /** Separated by spaces. */
  readonly links: string;
  /** The vendor's word. */
  readonly severity: string;
  readonly package: SeedPackage;
  /** All empty, with the id 0, where the advisory names none. */
  readonly dist: SeedDistribution;
  readonly repo: SeedRepository;
  /** Empty where nothing fixes it. */
  readonly fixed_in_version: string;
  /** Ours, from here. */
  readonly normalized_severity: string;
  readonly issued: string;
  readonly aliases: readonly string[];
  readonly fix_state: string;
}

export interface SeedDetails {
  readonly affected_package: SeedPackage;
  readonly introduced_in: string;
  readonly fixed_in_version: string;
}

export type SeedVerdict = Omit<WireVerdict, 'package_id' | 'vulnerability_id'> & {
  readonly package_id: number;
  readonly vulnerability_id: number | null;
};

export interface SeedVulnerabilityReport {
  readonly manifest_hash: string;
  readonly vulnerabilities: Readonly<Record<string, SeedVulnerability>>;
  readonly details: Readonly<Record<string, readonly SeedDetails[]>>;
  /** Ours, from here. */
  readonly created_at: string;
  readonly verdicts: readonly SeedVerdict[];
  readonly coverage: WireCoverage;
  readonly diagnostics: readonly WireDiagnostic[];
}
