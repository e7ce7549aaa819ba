import type { Diagnostic, DistributionFacts, Environment, Layer, PackageFacts, RepositoryFacts } from '../core/index.ts';
import type { LayerArtifact } from './indexer-store.ts';
import type { ImageTree } from './layer-engine.ts';
import type { DistributionScanner, PackageOrigin, PackageScanner, RepositoryScanner } from './scanner.ts';

/** The artifacts of one layer, as stored. */
export interface LayerFacts {
  readonly layer: Layer;
  readonly artifacts: readonly LayerArtifact[];
  /** Facts found at paths that other layers' links lead to. */
  readonly asked: readonly LayerArtifact[];
}

/** A package that is in the final image, at one place. */
export interface CoalescedPackage {
  readonly facts: PackageFacts;
  readonly environment: Omit<Environment, 'distributionId' | 'repositoryIds' | 'ownedBy'>;
  readonly distribution?: DistributionFacts;
  readonly repositories: readonly RepositoryFacts[];
  /** `RepositoryFacts.uri` of that one of its layer's repositories that it came from, where the scanner knows it. */
  readonly repositoryHint?: string;
  /** Index of the layer that shows it. */
  readonly layer: number;
  /** What showed it; whether an OS package owns it is asked only of a `file`. */
  readonly origin?: PackageOrigin;
}

export interface Coalesced {
  readonly packages: readonly CoalescedPackage[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Says which of the packages found in layers are in the final image. libindex has one that knows databases and files; an ecosystem may bring its own. */
export interface Coalescer {
  coalesce(layers: readonly LayerFacts[], tree: ImageTree): Promise<Coalesced> | Coalesced;
}

/** What is needed to see the packages of one kind: the seed's unit of extension. */
export interface Ecosystem {
  readonly id: string;
  readonly packageScanners: readonly PackageScanner[];
  readonly distributionScanners: readonly DistributionScanner[];
  readonly repositoryScanners: readonly RepositoryScanner[];
  /** In place of libindex's own, for the packages of this ecosystem's scanners. */
  readonly coalescer?: Coalescer;
}
