import type { PackageId } from './ids.ts';

/** `binary` is what is installed, `source` what it was built from. */
export type PackageKind = 'binary' | 'source';

/** What a package is, apart from where it was found. The id is a hash of these facts. */
export interface PackageFacts {
  readonly name: string;
  /** As the package database writes it. */
  readonly version: string;
  readonly kind: PackageKind;
  /** As the package database writes it, e.g. `amd64`, `all`, `x86_64`; empty where it has none. */
  readonly arch: string;
  /** The rpm module `name:stream`; empty where there is none. */
  readonly module: string;
  /** What it was built from. Packages without one of their own name (apk, dpkg) name themselves. */
  readonly source?: SourcePackage;
  /** Common Platform Enumeration name, 2.3 form; empty where unknown. */
  readonly cpe: string;
  /** Who found it: `urn:claircore:detector:<scanner>:<version>:package`. */
  readonly detector: string;
}

export interface SourcePackage {
  readonly name: string;
  readonly version: string;
  readonly module: string;
}

export interface Package extends PackageFacts {
  readonly id: PackageId;
}
