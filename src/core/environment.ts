import type { LayerDigest } from './digest.ts';
import type { DistributionId, PackageId, RepositoryId } from './ids.ts';

/** The archive that shows a package. */
export interface ShowingArchive {
  /** SHA-1 of its bytes, 40 hex digits in lower case: what public indexes of archives go by. */
  readonly sha1: string;
  /** Where it lies in the file of the place, `!/` between archives: `WEB-INF/lib/a.jar`. Absent where it is that file itself. */
  readonly inner?: string;
}

/** What an installer wrote down of how a package came to where it is. */
export interface Installation {
  /** What put it there, as it calls itself, e.g. `pip`, `uv`, `conda`, `rpm`. */
  readonly installer?: string;
  /** Where it came from in place of its registry: a URL without credentials, e.g. `git+https://…@COMMIT`. Advisories of its name may not be about it. */
  readonly source?: string;
}

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
  /** Where an archive shows the package: which. Where several in one file do, the first. */
  readonly archive?: ShowingArchive;
  readonly installation?: Installation;
  /** The file only lists what a project asks for (a lock file): nothing in the image shows that it is installed. */
  readonly declared?: true;
}
