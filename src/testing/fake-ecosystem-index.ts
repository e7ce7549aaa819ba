import type { Ecosystem, LayerEngine, LayerFetcher } from '../contracts/index.ts';
import type { IndexReport, Layer, Limits, Manifest } from '../core/index.ts';
import { Libindex, manifestDigest, type IndexOptions, type IndexProgress } from '../libindex/index.ts';
import { fakeEcosystems } from './fake-ecosystem.ts';
import { FakeLayerEngine } from './fake-layer-engine.ts';
import { MemoryIndexerStore } from './memory-indexer-store.ts';

export interface FakeIndexOptions {
  readonly engine?: LayerEngine;
  readonly fetcher?: LayerFetcher;
  readonly ecosystems?: readonly Ecosystem[];
  readonly store?: MemoryIndexerStore;
  readonly layerScanConcurrency?: number;
  readonly limits?: Partial<Limits>;
}

/** A Libindex in memory, with what it did. */
export interface FakeIndex extends AsyncDisposable {
  readonly libindex: Libindex;
  readonly store: MemoryIndexerStore;
  readonly events: readonly IndexProgress[];
  index(layers: readonly Layer[], options?: IndexOptions): Promise<IndexReport>;
}

/** Opens a {@link Libindex} over fakes; what is not given is the fake of that thing. */
export async function openFakeIndex(options: FakeIndexOptions = {}): Promise<FakeIndex> {
  const { store = new MemoryIndexerStore(), engine = new FakeLayerEngine(), ecosystems = fakeEcosystems(), ...rest } = options;
  const libindex = await Libindex.open({ store, engine, ecosystems, ...rest });
  const events: IndexProgress[] = [];
  return {
    libindex,
    store,
    events,
    index: async (layers, indexOptions = {}) => {
      const onProgress = (event: IndexProgress): void => {
        events.push(event);
        indexOptions.onProgress?.(event);
      };
      return await libindex.index(manifestOf(layers), { ...indexOptions, onProgress });
    },
    [Symbol.asyncDispose]: async () => await libindex[Symbol.asyncDispose](),
  };
}

export function manifestOf(layers: readonly Layer[]): Manifest {
  return { digest: manifestDigest(layers), layers };
}

/** The places of a report as lines `name version @ path in LAYER`, sorted; layers are their indexes. */
export function placesOf(report: IndexReport, layers: readonly Layer[]): readonly string[] {
  const places = [...report.environments].flatMap(([id, environments]) => {
    const { name, version } = report.packages.get(id) ?? { name: '?', version: '?' };
    return environments.map(({ packageDb, introducedIn }) => {
      const layer = layers.findIndex((candidate) => candidate.digest === introducedIn);
      return `${name} ${version} @ ${packageDb} in ${layer}`;
    });
  });
  return places.sort();
}

/** The diagnostics of a report as lines `CODE LAYER:PATH`, in its order; what is of no layer has `-`. */
export function diagnosticsOf(report: IndexReport, layers: readonly Layer[]): readonly string[] {
  return report.diagnostics.map(({ code, layer, path = '' }) => {
    const index = layers.findIndex((candidate) => candidate.digest === layer);
    return `${code} ${index < 0 ? '-' : index}:${path}`;
  });
}
