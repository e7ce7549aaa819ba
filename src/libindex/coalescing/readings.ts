import {
  scannerKey,
  type AskedPath,
  type FoundDeclaration,
  type FoundDistribution,
  type FoundOwnership,
  type FoundPackage,
  type FoundRepository,
  type LayerArtifact,
  type LayerFacts,
} from '../../contracts/index.ts';
import type { Diagnostic } from '../../core/index.ts';
import { packageId } from '../../runtime/index.ts';

/** One file of one layer that a scanner was given under one path, and what it found there. */
export interface Reading {
  /** By `scannerKey`. */
  readonly scanner: string;
  readonly layer: number;
  readonly asked: string;
  readonly real: string;
  /** `walk`: a fact of the layer alone. `asked`: read because links of other layers lead there, of this image or of another. */
  readonly origin: 'walk' | 'asked';
  /** By id, so that two layers' lists can be compared. */
  readonly packages: ReadonlyMap<string, FoundPackage>;
  readonly distributions: readonly FoundDistribution[];
  readonly repositories: readonly FoundRepository[];
  readonly ownership: readonly FoundOwnership[];
  /** Of a file that lists what a project asks for; empty of any other. */
  readonly declarations: readonly FoundDeclaration[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A diagnostic of a scanner about something that it was not given as a file. */
export interface LooseDiagnostic {
  readonly scanner: string;
  readonly layer: number;
  readonly origin: Reading['origin'];
  readonly diagnostic: Diagnostic;
}

/** All readings of an image, findable by layer and path. */
export class Readings {
  readonly all: readonly Reading[];
  readonly loose: readonly LooseDiagnostic[];
  readonly #byAsked = new Map<string, Reading[]>();
  readonly #byReal = new Map<string, Reading[]>();

  constructor(layers: readonly LayerFacts[]) {
    const loose: LooseDiagnostic[] = [];
    this.all = layers.flatMap(({ artifacts, asked }, layer) => [
      ...artifacts.flatMap((artifact) => readingsOf(artifact, layer, 'walk', loose)),
      ...asked.flatMap((artifact) => readingsOf(artifact, layer, 'asked', loose)),
    ]);
    this.loose = loose;
    for (const reading of this.all) {
      push(this.#byAsked, placeKey(reading.scanner, reading.layer, reading.asked), reading);
      push(this.#byReal, placeKey(reading.scanner, reading.layer, reading.real), reading);
    }
  }

  /** What the scanner was given under that path in that layer. */
  asked(scanner: string, layer: number, asked: string): readonly Reading[] {
    return this.#byAsked.get(placeKey(scanner, layer, asked)) ?? [];
  }

  /** What the scanner was given, under whatever path, of the file that really is at that path in that layer. */
  real(scanner: string, layer: number, real: string): readonly Reading[] {
    return this.#byReal.get(placeKey(scanner, layer, real)) ?? [];
  }
}

/** The found things of one artifact, by path. */
interface Shelf {
  readonly packages: Map<string, FoundPackage>;
  readonly distributions: FoundDistribution[];
  readonly repositories: FoundRepository[];
  readonly ownership: FoundOwnership[];
  readonly declarations: FoundDeclaration[];
  readonly diagnostics: Diagnostic[];
}

const emptyShelf: Readonly<Shelf> = Object.freeze({
  packages: new Map(),
  distributions: [],
  repositories: [],
  ownership: [],
  declarations: [],
  diagnostics: [],
});

function readingsOf(artifact: LayerArtifact, layer: number, origin: Reading['origin'], loose: LooseDiagnostic[]): Reading[] {
  const scanner = scannerKey(artifact.scanner);
  const read = withFoundPaths(artifact);
  const shelves = shelve(artifact);
  const known = new Set(read.map((path) => path.asked));
  for (const diagnostic of artifact.findings.diagnostics ?? []) {
    if (diagnostic.path === undefined || !known.has(diagnostic.path)) loose.push({ scanner, layer, origin, diagnostic });
  }
  return read.map(({ asked, real }) => ({ scanner, layer, asked, real, origin, ...(shelves.get(asked) ?? emptyShelf) }));
}

/** What a scanner found at a path that it does not name among its files is taken to be read there. */
function withFoundPaths({ read, findings }: LayerArtifact): readonly AskedPath[] {
  const named = new Set(read.map((path) => path.asked));
  const found = [findings.packages, findings.distributions, findings.repositories, findings.ownership].flatMap((list) =>
    (list ?? []).map((item) => item.path),
  );
  const others = [...new Set(found)].filter((path) => !named.has(path));
  return [...read, ...others.map((path) => ({ asked: path, real: path }))];
}

function shelve({ findings }: LayerArtifact): ReadonlyMap<string, Shelf> {
  const shelves = new Map<string, Shelf>();
  const at = (path: string): Shelf => {
    const known = shelves.get(path);
    if (known) return known;
    const shelf: Shelf = { packages: new Map(), distributions: [], repositories: [], ownership: [], declarations: [], diagnostics: [] };
    shelves.set(path, shelf);
    return shelf;
  };
  for (const found of findings.packages ?? []) at(found.path).packages.set(packageId(found.facts), found);
  for (const found of findings.distributions ?? []) at(found.path).distributions.push(found);
  for (const found of findings.repositories ?? []) at(found.path).repositories.push(found);
  for (const found of findings.ownership ?? []) at(found.path).ownership.push(found);
  for (const found of findings.declarations ?? []) at(found.path).declarations.push(found);
  for (const found of findings.diagnostics ?? []) if (found.path !== undefined) at(found.path).diagnostics.push(found);
  return shelves;
}

function placeKey(scanner: string, layer: number, path: string): string {
  return `${scanner}\0${layer}\0${path}`;
}

function push(map: Map<string, Reading[]>, key: string, reading: Reading): void {
  const list = map.get(key);
  if (list) list.push(reading);
  else map.set(key, [reading]);
}
