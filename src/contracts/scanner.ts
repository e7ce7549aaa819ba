import type {
  Diagnostic,
  DistributionFacts,
  EntryHeader,
  Installation,
  PackageFacts,
  RepositoryFacts,
  ShowingArchive,
} from '../core/index.ts';

export type ScannerKind = 'package' | 'distribution' | 'repository';

/** A scanned layer is remembered under this: a changed scanner takes a new version. */
export interface ScannerIdentity {
  readonly name: string;
  readonly version: number;
  readonly kind: ScannerKind;
}

/**
 * What a scanner wants of an entry: nothing; a look at its first 4 KiB, after which it is asked once more;
 * its bytes, whole (at most `Limits.fileBytes`); or random access (at most `Limits.randomAccessBytes`).
 */
export type Want = 'no' | 'peek' | 'bytes' | 'file';

/** A file that a scanner asked for. */
export interface LayerFile {
  /** The path that was asked for: no leading slash, no `.` or `..` parts. */
  readonly path: string;
  /** Where the bytes really are, after links; mostly the same. */
  readonly realPath: string;
  readonly header: EntryHeader;
  /** The whole content, at most `Limits.fileBytes`. */
  bytes(): Promise<Uint8Array>;
  /** Up to `length` bytes from `offset`; fewer at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

export interface ScanOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Where a package was found. A database lists packages; a file shows one. */
export type PackageOrigin = 'database' | 'file';

export interface FoundPackage {
  readonly facts: PackageFacts;
  readonly origin: PackageOrigin;
  /** `LayerFile.path` of the database or the file. */
  readonly path: string;
  /** The registry that this package is of, where the scanner knows it. */
  readonly repository?: RepositoryFacts;
  /** Whatever links the package to a repository of the image (an rpm's repository id). */
  readonly repositoryHint?: string;
  /** The archive that shows it: the file, or one packed in it. */
  readonly archive?: ShowingArchive;
  readonly installation?: Installation;
  readonly exclusive?: ExclusivePlace;
}

/** A file that a package brought, by its own account. */
export interface BroughtFile {
  /** No leading slash. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * A place in which only one version of a package can be. Where the final image shows several there (one directory copied over another leaves
 * the old one's metadata), the files tell which: a version of which not all are as it says is left out, where all are as another says.
 */
export interface ExclusivePlace {
  /** What versions of one package have in common: its directory and name. */
  readonly slot: string;
  /** Some of what it brought, so that versions differ in them. */
  readonly files: readonly BroughtFile[];
}

/**
 * A file that lists what a project asks for, and not what is installed. Its packages count as declared, and only where the image does not show
 * them installed: the list is left out, and what was odd about it, where one of the trees holds a package of the same scanner, or where half
 * of what it lists is installed elsewhere; of any other what is installed is left out.
 */
export interface FoundDeclaration {
  /** `LayerFile.path` of the list. */
  readonly path: string;
  /** Directories in which what it lists lies where it was installed for this project; no leading slash. */
  readonly trees: readonly string[];
}

export interface FoundDistribution {
  readonly facts: DistributionFacts;
  readonly path: string;
  /** Found by the scanner that knows no distribution: counts only where no other scanner knew the file. */
  readonly fallback?: boolean;
}

export interface FoundRepository {
  readonly facts: RepositoryFacts;
  readonly path: string;
}

/** The files that an OS package says it owns. */
export interface FoundOwnership {
  /** `LayerFile.path` of the file that says so: it counts while that file exists. */
  readonly path: string;
  /** Name of the owning binary package, and its architecture where the file names it. */
  readonly packageName: string;
  readonly arch?: string;
  /** Owned paths, no leading slash. */
  readonly files: readonly string[];
}

/** What one scanner found in one layer. Depends on nothing but the files it was given. */
export interface Findings {
  readonly packages?: readonly FoundPackage[];
  readonly distributions?: readonly FoundDistribution[];
  readonly repositories?: readonly FoundRepository[];
  readonly ownership?: readonly FoundOwnership[];
  readonly declarations?: readonly FoundDeclaration[];
  readonly diagnostics?: readonly Diagnostic[];
}

interface ScannerBase extends ScannerIdentity {
  /**
   * Asked for every regular file and hard link of a layer (and for paths through links), often: no regular expression before a cheap test.
   * `peek` holds the first 4 KiB on the second call after `peek` was answered.
   */
  wants(path: string, header: EntryHeader, peek?: Uint8Array): Want;
  /** Gets all files of the layer at once, sorted by path. A bad file is a diagnostic, never an exception. */
  scan(files: readonly LayerFile[], options?: ScanOptions): Promise<Findings> | Findings;
}

export interface PackageScanner extends ScannerBase {
  readonly kind: 'package';
}
export interface DistributionScanner extends ScannerBase {
  readonly kind: 'distribution';
}
export interface RepositoryScanner extends ScannerBase {
  readonly kind: 'repository';
}
export type Scanner = PackageScanner | DistributionScanner | RepositoryScanner;

/** `name/version/kind`: a scanner as a map key. */
export function scannerKey(scanner: ScannerIdentity): string {
  return `${scanner.name}/${scanner.version}/${scanner.kind}`;
}
