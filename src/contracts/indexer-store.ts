import type { Diagnostic, IndexReport, LayerDigest, LayerRef, Manifest, ManifestDigest, PackageKind } from '../core/index.ts';
import type { AskedPath } from './layer-engine.ts';
import type { LeaseProof, Locker } from './locker.ts';
import type { Findings, ScannerIdentity } from './scanner.ts';

/** What one scanner found in one layer; kept even when it found nothing. */
export interface LayerArtifact {
  readonly scanner: ScannerIdentity;
  readonly findings: Findings;
  /** The files that the scanner was given: asked path and real path, sorted by asked path. */
  readonly read: readonly AskedPath[];
}

/** All that one walk over a layer gave. */
export interface LayerResult {
  readonly layer: LayerRef;
  /** Both digests of the layer, as computed: either finds the facts from now on. */
  readonly digest: LayerDigest;
  readonly diffId: LayerDigest;
  /** Encoded layer map; kept from the first walk on. */
  readonly map?: Uint8Array;
  /** Of the walk itself; those of scanners are in their findings. */
  readonly diagnostics: readonly Diagnostic[];
  readonly artifacts: readonly LayerArtifact[];
}

/** What a walk said of a layer, whoever scanned it. */
export interface StoredWalk {
  readonly map: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
}

/** A package by name; of kind `source` those that were built from it. */
export interface PackageName {
  readonly name: string;
  readonly kind: PackageKind;
}

/** What indexing knows. Every method: @throws StoreError; a method that takes a proof throws `LOCK_LOST` when it does not hold any more. */
export interface IndexerStore extends AsyncDisposable {
  readonly locker: Locker;

  /** Those of the scanners that have not read the layer yet, in the order given. */
  missingScanners(layer: LayerRef, scanners: readonly ScannerIdentity[]): Promise<readonly ScannerIdentity[]>;
  /** Stores a walk atomically; what was there of the same scanners is replaced. */
  putLayer(result: LayerResult, proof: LeaseProof): Promise<void>;
  layerWalk(layer: LayerRef): Promise<StoredWalk | undefined>;
  /** The artifacts of those of the scanners that read the layer. */
  layerArtifacts(layer: LayerRef, scanners: readonly ScannerIdentity[]): Promise<readonly LayerArtifact[]>;

  /** Facts of (layer, scanner, asked path): files read again because links of another layer lead to them. `read` names every path that was asked, found or not. */
  putAsked(layer: LayerRef, artifacts: readonly LayerArtifact[], proof: LeaseProof): Promise<void>;
  /** One artifact a scanner, its asked paths merged. */
  askedArtifacts(layer: LayerRef, scanners: readonly ScannerIdentity[]): Promise<readonly LayerArtifact[]>;

  /** Whether a finished report exists that just these scanners made: with one more or one less it would be another. */
  isManifestScanned(digest: ManifestDigest, scanners: readonly ScannerIdentity[]): Promise<boolean>;
  /** Remembers a manifest and the order of its layers. */
  putManifest(manifest: Manifest, proof: LeaseProof): Promise<void>;
  /** The last report stored for the manifest, in any state. */
  indexReport(digest: ManifestDigest): Promise<IndexReport | undefined>;
  putIndexReport(report: IndexReport, proof: LeaseProof): Promise<void>;
  /** Makes the packages of the report findable by name: which manifests hold a package. */
  indexManifest(report: IndexReport, proof: LeaseProof): Promise<void>;
  /** Stores the finished report and who took part in it, atomically. */
  finishManifest(report: IndexReport, scanners: readonly ScannerIdentity[], proof: LeaseProof): Promise<void>;
  /** The manifests that hold any of these packages, by `indexManifest`; sorted by digest. */
  manifestsWith(packages: readonly PackageName[]): Promise<readonly ManifestDigest[]>;
  /** Forgets a manifest, its report, and the layers that no other manifest has; false if it was not known. */
  deleteManifest(digest: ManifestDigest, proof: LeaseProof): Promise<boolean>;
}
