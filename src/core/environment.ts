import type { LayerDigest } from './digest.ts';
import type { DistributionId, PackageId, RepositoryId } from './ids.ts';

/** One place where a package was found in the final image. */
export interface Environment {
  /** Path of the package database, or of the file that shows the package; no leading slash. */
  readonly packageDb: string;
  /** The lowest layer of the unbroken run of layers that list the package, up to the top. */
  readonly introducedIn: LayerDigest;
  readonly distributionId?: DistributionId;
  readonly repositoryIds: readonly RepositoryId[];
  /** The OS package that owns the file, where one does: its vendor answers for this package. */
  readonly ownedBy?: PackageId;
}
