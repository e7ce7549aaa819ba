import {
  scannerKey,
  type IndexerStore,
  type LayerArtifact,
  type LayerResult,
  type LeaseProof,
  type PackageName,
  type ScannerIdentity,
  type StoredWalk,
} from '../contracts/index.ts';
import {
  UsageError,
  type Diagnostic,
  type IndexReport,
  type LayerDigest,
  type LayerRef,
  type Manifest,
  type ManifestDigest,
} from '../core/index.ts';
import { mergeAsked, unionByContent } from '../stores/merge-asked.ts';
import { MemoryLocker } from './memory-locker.ts';

export interface MemoryStoreOptions {
  /** Shared by stores that stand for several processes; one of its own if absent. */
  readonly locker?: MemoryLocker;
  /** Called before each method with its name; what it throws, the method throws. */
  readonly before?: (method: string) => void;
}

/** What is known of one layer, under whichever digests. */
interface LayerRecord {
  map: Uint8Array | undefined;
  diagnostics: readonly Diagnostic[];
  readonly artifacts: Map<string, LayerArtifact>;
  readonly asked: Map<string, LayerArtifact>;
}

/** What is known of one manifest. */
interface ManifestRecord {
  report: IndexReport;
  /** Who took part in the report, if it was finished. */
  scanners: ReadonlySet<string>;
}

/** An {@link IndexerStore} in memory, for tests. */
export class MemoryIndexerStore implements IndexerStore {
  readonly locker: MemoryLocker;
  /** What `putManifest` was given: the layers of each manifest, base first. */
  readonly manifests = new Map<ManifestDigest, readonly LayerRef[]>();
  /** What `indexManifest` was given. */
  readonly indexed = new Map<ManifestDigest, IndexReport>();

  readonly #before: (method: string) => void;
  readonly #layers = new Map<LayerDigest, LayerRecord>();
  readonly #reports = new Map<ManifestDigest, ManifestRecord>();
  #closed = false;

  constructor(options: MemoryStoreOptions = {}) {
    this.locker = options.locker ?? new MemoryLocker();
    this.#before = options.before ?? (() => undefined);
  }

  async missingScanners(layer: LayerRef, scanners: readonly ScannerIdentity[]): Promise<readonly ScannerIdentity[]> {
    this.#enter('missingScanners');
    const artifacts = this.#layer(layer)?.artifacts;
    return scanners.filter((scanner) => !artifacts?.has(scannerKey(scanner)));
  }

  async putLayer(result: LayerResult, proof: LeaseProof): Promise<void> {
    this.#enter('putLayer', proof);
    const record = this.#join([result.digest, result.diffId, result.layer.digest, result.layer.diffId ?? result.diffId]);
    record.map ??= result.map && structuredClone(result.map);
    record.diagnostics = unionByContent(record.diagnostics, structuredClone(result.diagnostics));
    for (const artifact of result.artifacts) record.artifacts.set(scannerKey(artifact.scanner), structuredClone(artifact));
  }

  async layerWalk(layer: LayerRef): Promise<StoredWalk | undefined> {
    this.#enter('layerWalk');
    const record = this.#layer(layer);
    return record?.map && structuredClone({ map: record.map, diagnostics: record.diagnostics });
  }

  async layerArtifacts(layer: LayerRef, scanners: readonly ScannerIdentity[]): Promise<readonly LayerArtifact[]> {
    this.#enter('layerArtifacts');
    return pick(this.#layer(layer)?.artifacts, scanners);
  }

  async putAsked(layer: LayerRef, artifacts: readonly LayerArtifact[], proof: LeaseProof): Promise<void> {
    this.#enter('putAsked', proof);
    const record = this.#layer(layer) ?? this.#join([layer.digest, layer.diffId ?? layer.digest]);
    for (const artifact of artifacts) {
      const key = scannerKey(artifact.scanner);
      const earlier = record.asked.get(key);
      record.asked.set(key, structuredClone(earlier ? mergeAsked(earlier, artifact) : artifact));
    }
  }

  async askedArtifacts(layer: LayerRef, scanners: readonly ScannerIdentity[]): Promise<readonly LayerArtifact[]> {
    this.#enter('askedArtifacts');
    return pick(this.#layer(layer)?.asked, scanners);
  }

  async isManifestScanned(digest: ManifestDigest, scanners: readonly ScannerIdentity[]): Promise<boolean> {
    this.#enter('isManifestScanned');
    const record = this.#reports.get(digest);
    const asked = new Set(scanners.map(scannerKey));
    return record?.report.state === 'IndexFinished' && asked.symmetricDifference(record.scanners).size === 0;
  }

  async putManifest(manifest: Manifest, proof: LeaseProof): Promise<void> {
    this.#enter('putManifest', proof);
    this.manifests.set(
      manifest.digest,
      manifest.layers.map(({ digest, diffId }) => ({ digest, ...(diffId && { diffId }) })),
    );
  }

  async indexReport(digest: ManifestDigest): Promise<IndexReport | undefined> {
    this.#enter('indexReport');
    return structuredClone(this.#reports.get(digest)?.report);
  }

  async putIndexReport(report: IndexReport, proof: LeaseProof): Promise<void> {
    this.#enter('putIndexReport', proof);
    this.#reports.set(report.manifestHash, { report: structuredClone(report), scanners: new Set() });
  }

  async indexManifest(report: IndexReport, proof: LeaseProof): Promise<void> {
    this.#enter('indexManifest', proof);
    this.indexed.set(report.manifestHash, structuredClone(report));
  }

  async finishManifest(report: IndexReport, scanners: readonly ScannerIdentity[], proof: LeaseProof): Promise<void> {
    this.#enter('finishManifest', proof);
    this.#reports.set(report.manifestHash, { report: structuredClone(report), scanners: new Set(scanners.map(scannerKey)) });
  }

  async manifestsWith(packages: readonly PackageName[]): Promise<readonly ManifestDigest[]> {
    this.#enter('manifestsWith');
    const holds = (report: IndexReport): boolean =>
      packages.some(({ name, kind }) =>
        [...report.packages.values()].some((found) => (kind === 'source' ? found.source?.name : found.name) === name),
      );
    return [...this.indexed].flatMap(([digest, report]) => (holds(report) ? [digest] : [])).sort();
  }

  async deleteManifest(digest: ManifestDigest, proof: LeaseProof): Promise<boolean> {
    this.#enter('deleteManifest', proof);
    const layers = this.manifests.get(digest) ?? [];
    const isKnown = [this.manifests, this.indexed, this.#reports].map((part) => part.delete(digest)).includes(true);
    const used = new Set([...this.manifests.values()].flat().map((layer) => this.#layer(layer)));
    const unused = new Set(layers.map((layer) => this.#layer(layer)).filter((layer) => !used.has(layer)));
    for (const [name, record] of this.#layers) if (unused.has(record)) this.#layers.delete(name);
    return isKnown;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
  }

  #enter(method: string, proof?: LeaseProof): void {
    if (this.#closed) throw new UsageError('USAGE_CLOSED', { what: 'store' });
    this.#before(method);
    if (proof) this.locker.check(proof);
  }

  #layer(ref: LayerRef): LayerRecord | undefined {
    return (ref.diffId && this.#layers.get(ref.diffId)) ?? this.#layers.get(ref.digest);
  }

  /** One record for all of these digests: what was kept apart under several of them is put together. */
  #join(digests: readonly LayerDigest[]): LayerRecord {
    const joined: LayerRecord = { map: undefined, diagnostics: [], artifacts: new Map(), asked: new Map() };
    const parts = new Set(digests.flatMap((digest) => this.#layers.get(digest) ?? []));
    for (const part of parts) absorb(joined, part);
    for (const [digest, record] of this.#layers) if (parts.has(record)) this.#layers.set(digest, joined);
    for (const digest of digests) this.#layers.set(digest, joined);
    return joined;
  }
}

function absorb(into: LayerRecord, part: LayerRecord): void {
  into.map ??= part.map;
  into.diagnostics = unionByContent(into.diagnostics, part.diagnostics);
  for (const [key, artifact] of part.artifacts) if (!into.artifacts.has(key)) into.artifacts.set(key, artifact);
  for (const [key, artifact] of part.asked) {
    const earlier = into.asked.get(key);
    into.asked.set(key, earlier ? mergeAsked(artifact, earlier) : artifact);
  }
}

function pick(from: ReadonlyMap<string, LayerArtifact> | undefined, scanners: readonly ScannerIdentity[]): readonly LayerArtifact[] {
  return scanners.flatMap((scanner) => structuredClone(from?.get(scannerKey(scanner))) ?? []);
}
