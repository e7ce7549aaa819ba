import type { LayerFetcher, OpenedLayer } from '../contracts/index.ts';
import {
  compareText,
  indexStates,
  isDigest,
  throwIfAborted,
  UsageError,
  type IndexReport,
  type IndexState,
  type Layer,
  type Manifest,
  type ManifestDigest,
  type Vulnerability,
  type VulnerabilityId,
} from '../core/index.ts';
import type { AffectedManifests, CallOptions, DeletedManifests, IndexOptions, IndexProgress, Libindex } from '../libindex/index.ts';
import { SharedFlights, type Flight } from '../libindex/shared-flight.ts';
import { sha256Hex } from '../runtime/index.ts';
import { fakeIndexReport } from './fake-matcher-report.ts';
import { Gates, type HeldRequests } from './gates.ts';

/** What is public of a {@link Libindex}: what code takes that a fake shall be given to. */
export type LibindexLike = Pick<Libindex, keyof Libindex>;

/** What becomes of an image. What is not said is said of an image in which nothing is installed. */
export interface FakeIndexing {
  /** The end of it; a report in the state `IndexError` is one too. */
  readonly report?: IndexReport;
  /** The call rejects with it instead. */
  readonly error?: Error;
  /** Told beside the states. */
  readonly events?: readonly IndexProgress[];
  /** Ids of the vulnerabilities that affect it, for `affectedManifests`. */
  readonly affectedBy?: readonly VulnerabilityId[];
}

export interface FakeLibindexOptions {
  /** For `openLayer`. */
  readonly fetcher?: LayerFetcher;
}

const onTheWay: readonly IndexState[] = indexStates.filter((state) => state !== 'IndexFinished' && state !== 'IndexError');

/**
 * A Libindex that says what it was told to say, and keeps to the manners of the real one: states, shared calls, aborting, closing.
 *
 * ```ts
 * const libindex = new FakeLibindex().script(manifest.digest, { report: fakeIndexReport([{ name: 'openssl', version: '3' }]) });
 * const report = await libindex.index(manifest);
 * ```
 */
export class FakeLibindex implements LibindexLike {
  readonly #scripts = new Map<ManifestDigest, FakeIndexing>();
  readonly #reports = new Map<ManifestDigest, IndexReport>();
  readonly #runs = new Map<ManifestDigest, number>();
  readonly #running = new Set<ManifestDigest>();
  readonly #gates = new Gates();
  readonly #flights = new SharedFlights<IndexReport, Manifest, IndexProgress>((flight) => this.#run(flight));
  readonly #options: FakeLibindexOptions;
  #isClosed = false;

  constructor(options: FakeLibindexOptions = {}) {
    this.#options = options;
  }

  /** Says what becomes of an image from now on. */
  script(digest: ManifestDigest, indexing: FakeIndexing): this {
    this.#scripts.set(digest, indexing);
    return this;
  }

  /** Work on the image waits from now on until it is released. */
  hold(digest: ManifestDigest): HeldRequests {
    return this.#gates.close(digest);
  }

  /** How often work on the image was begun; answers from what is known apart. */
  runs(digest: ManifestDigest): number {
    return this.#runs.get(digest) ?? 0;
  }

  async index(manifest: Manifest, { onProgress, signal }: IndexOptions = {}): Promise<IndexReport> {
    this.#assertOpen();
    assertDigest('manifest.digest', manifest.digest);
    const onEvent = (event: IndexProgress): void => {
      try {
        onProgress?.(event);
      } catch {
        // As with the real one, a defect of the caller's does not stop the work.
      }
    };
    return await this.#flights.join(manifest.digest, { brought: manifest, onEvent, signal });
  }

  async indexReport(digest: ManifestDigest): Promise<IndexReport | undefined> {
    this.#assertOpen();
    return this.#reports.get(digest);
  }

  state(): string {
    return sha256Hex('fake');
  }

  async affectedManifests(vulnerabilities: readonly Vulnerability[], { signal }: CallOptions = {}): Promise<AffectedManifests> {
    this.#assertOpen();
    throwIfAborted(signal);
    const given = new Map(vulnerabilities.map((vulnerability) => [vulnerability.id, vulnerability]));
    const finished = [...this.#reports].filter(([, { state }]) => state === 'IndexFinished').sort(([a], [b]) => compareText(a, b));
    const affected = finished.flatMap(([digest]) => {
      const ids = (this.#scripts.get(digest)?.affectedBy ?? []).filter((id) => given.has(id));
      return ids.length === 0 ? [] : [[digest, ids] as const];
    });
    const told = new Set(affected.flatMap(([, ids]) => ids));
    return {
      vulnerabilities: new Map([...given].filter(([id]) => told.has(id)).sort(([a], [b]) => compareText(a, b))),
      vulnerableManifests: new Map(affected),
      undetermined: new Map(),
      unfinished: [],
    };
  }

  async deleteManifests(digests: readonly ManifestDigest[], { signal }: CallOptions = {}): Promise<DeletedManifests> {
    for (const digest of digests) assertDigest('digests', digest);
    this.#assertOpen();
    throwIfAborted(signal);
    const asked = [...new Set(digests)];
    const locked = asked.filter((digest) => this.#running.has(digest));
    return { locked, deleted: asked.filter((digest) => !this.#running.has(digest) && this.#reports.delete(digest)) };
  }

  async openLayer(layer: Layer, { signal }: CallOptions = {}): Promise<OpenedLayer> {
    assertDigest('layer.digest', layer.digest);
    this.#assertOpen();
    const { fetcher } = this.#options;
    if (!fetcher) throw new UsageError('USAGE_OPTION', { option: 'fetcher', value: 'none', expected: 'what fetches layers' });
    return await fetcher.open(layer, { signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#flights.stop();
  }

  async #run(flight: Flight<Manifest, IndexProgress>): Promise<IndexReport> {
    const [first] = flight.passengers;
    if (!first) throw new UsageError('USAGE_CLOSED', { what: 'libindex' });
    const { digest } = first.brought;
    const known = this.#reports.get(digest);
    if (known?.state === 'IndexFinished') return this.#tell(flight, known);
    this.#running.add(digest);
    this.#runs.set(digest, this.runs(digest) + 1);
    try {
      return await this.#work(flight, digest);
    } finally {
      this.#running.delete(digest);
    }
  }

  async #work(flight: Flight<Manifest, IndexProgress>, digest: ManifestDigest): Promise<IndexReport> {
    const { report = fakeIndexReport([]), error, events = [] } = this.#scripts.get(digest) ?? {};
    for (const state of onTheWay) {
      throwIfAborted(flight.signal);
      const passing = { ...fakeIndexReport([]), manifestHash: digest, state, success: false };
      if (state !== 'CheckManifest') this.#reports.set(digest, passing);
      this.#tell(flight, passing);
      if (state !== 'ScanLayers') continue;
      for (const event of events) flight.emit(event);
      await this.#gates.pass(digest, flight.signal);
      if (error) throw error;
      if (report.state === 'IndexError') break;
    }
    const ended = { ...report, manifestHash: digest };
    this.#reports.set(digest, ended);
    return this.#tell(flight, ended);
  }

  #tell(flight: Flight<Manifest, IndexProgress>, report: IndexReport): IndexReport {
    flight.emit({ kind: 'state', manifest: report.manifestHash, state: report.state });
    return report;
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new UsageError('USAGE_CLOSED', { what: 'libindex' });
  }
}

function assertDigest(option: string, digest: unknown): void {
  if (typeof digest === 'string' && isDigest(digest)) return;
  throw new UsageError('USAGE_OPTION', { option, value: String(digest).slice(0, 160), expected: 'a digest' });
}
