import type { Diagnostic } from './diagnostic.ts';
import type { ManifestDigest } from './digest.ts';
import type { Distribution } from './distribution.ts';
import type { Environment } from './environment.ts';
import type { ErrorCode } from './error-codes.ts';
import type { DistributionId, PackageId, RepositoryId } from './ids.ts';
import type { Package } from './package.ts';
import type { Repository } from './repository.ts';

/** The states of indexing, in order; `IndexError` can follow any. */
export const indexStates = [
  'CheckManifest',
  'FetchLayers',
  'ScanLayers',
  'Coalesce',
  'IndexManifest',
  'IndexFinished',
  'IndexError',
] as const;
export type IndexState = (typeof indexStates)[number];

/** What is installed in an image. Complete when `state` is `IndexFinished`. */
export interface IndexReport {
  readonly manifestHash: ManifestDigest;
  readonly state: IndexState;
  readonly success: boolean;
  /** Why indexing failed, in one sentence; empty unless `state` is `IndexError`. */
  readonly err: string;
  /** The code of that failure. */
  readonly errCode?: ErrorCode;
  readonly packages: ReadonlyMap<PackageId, Package>;
  readonly distributions: ReadonlyMap<DistributionId, Distribution>;
  readonly repositories: ReadonlyMap<RepositoryId, Repository>;
  /** Every package has at least one. */
  readonly environments: ReadonlyMap<PackageId, readonly Environment[]>;
  /** Sorted by layer, path, code. */
  readonly diagnostics: readonly Diagnostic[];
  /** The distribution of the final image, where its os-release names one. */
  readonly distributionId?: DistributionId;
}

/** One package at one place, with what is known of the place: what a matcher is asked about. */
export interface IndexRecord {
  readonly package: Package;
  readonly environment: Environment;
  readonly distribution?: Distribution;
  readonly repository?: Repository;
}
