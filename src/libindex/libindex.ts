import {
  defaultLimits,
  isDigest,
  layerKey,
  UsageError,
  type IndexReport,
  type LayerDigest,
  type Manifest,
  type ManifestDigest,
} from '../core/index.ts';
import { Semaphore, silentLogger } from '../runtime/index.ts';
import { indexImage } from './controller.ts';
import type { Equipment, LayerSource } from './index-context.ts';
import type { IndexOptions, IndexProgress, LibindexOptions } from './options.ts';
import { ScannerSet } from './scanner-set.ts';
import { SharedFlights, type Flight } from './shared-flight.ts';

const defaultConcurrency = 4;

/**
 * Finds what is installed in images. Content-addressed: a layer is read once, whoever asks, and an image that is known is
 * answered from the store. Safe to use from several processes on one store.
 *
 * @example
 * ```ts
 * await using libindex = await Libindex.open({ store, engine, ecosystems });
 * const report = await libindex.index(manifest, { onProgress: (event) => console.log(event.kind) });
 * if (!report.success) throw new Error(report.err);
 * for (const [id, { name, version }] of report.packages) console.log(name, version, report.environments.get(id));
 * ```
 */
export class Libindex implements AsyncDisposable {
  readonly #equipment: Equipment;
  readonly #flights: SharedFlights<IndexReport, Manifest, IndexProgress>;
  #closing: Promise<void> | undefined;

  private constructor(equipment: Equipment) {
    this.#equipment = equipment;
    this.#flights = new SharedFlights((flight) => this.#run(flight));
  }

  /**
   * The store is closed with the Libindex, also when opening fails.
   * @throws UsageError `USAGE_OPTION`
   */
  static async open(options: LibindexOptions): Promise<Libindex> {
    try {
      return new Libindex(equip(options));
    } catch (error) {
      await options.store[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Indexes an image. Concurrent calls for one image share the work; a call whose signal fires leaves it to the others.
   * The layers' content must stay open until the call has settled.
   *
   * @returns a report in the state `IndexFinished`; or in `IndexError` for anything about the image: `err` says it in one
   * sentence, `errCode` is its code. A later call then does what is missing.
   * @throws UsageError for misuse, AbortedError, StoreError when results cannot be kept
   */
  async index(manifest: Manifest, options: IndexOptions = {}): Promise<IndexReport> {
    this.#assertOpen();
    if (!isDigest(manifest.digest))
      throw new UsageError('USAGE_OPTION', { option: 'manifest.digest', value: String(manifest.digest).slice(0, 160) });
    const { onProgress, signal } = options;
    const onEvent = (event: IndexProgress): void => this.#tell(onProgress, event);
    return await this.#flights.join(flightKey(manifest), { brought: manifest, onEvent, signal });
  }

  /**
   * The report of an image as it is now: while it is being indexed its `state` says how far that is.
   * @returns undefined for an image that nobody indexed
   * @throws UsageError, StoreError
   *
   * @example
   * ```ts
   * const report = await libindex.indexReport(manifest.digest);
   * const isReady = report?.state === 'IndexFinished';
   * ```
   */
  async indexReport(digest: ManifestDigest): Promise<IndexReport | undefined> {
    this.#assertOpen();
    return await this.#equipment.store.indexReport(digest);
  }

  /**
   * Hexadecimal hash over the identities of all scanners. When it differs from the one at the time of a report,
   * indexing the image again may find more. The same in every process with the same scanners.
   *
   * @example
   * ```ts
   * if (libindex.state() !== stateOfReport) await libindex.index(manifest);
   * ```
   */
  state(): string {
    return this.#equipment.scanners.state();
  }

  /** Stops running work (its callers get an AbortedError), waits for its end and closes the store. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    await this.#flights.stop();
    await this.#equipment.store[Symbol.asyncDispose]();
  }

  async #run(flight: Flight<Manifest, IndexProgress>): Promise<IndexReport> {
    const [first] = flight.passengers;
    if (!first) throw new UsageError('USAGE_CLOSED', { what: 'libindex' });
    return await indexImage({
      ...this.#equipment,
      manifest: first.brought,
      sourceOf: (key) => findSource(flight, key),
      progress: (event) => flight.emit(event),
      signal: flight.signal,
    });
  }

  #tell(onProgress: IndexOptions['onProgress'], event: IndexProgress): void {
    try {
      onProgress?.(event);
    } catch (error) {
      this.#equipment.logger.log('warn', 'a progress callback failed', { event: event.kind, error });
    }
  }

  #assertOpen(): void {
    if (this.#closing) throw new UsageError('USAGE_CLOSED', { what: 'libindex' });
  }
}

function equip(options: LibindexOptions): Equipment {
  const { store, engine, ecosystems, layerScanConcurrency = defaultConcurrency } = options;
  if (!Number.isSafeInteger(layerScanConcurrency) || layerScanConcurrency < 1) {
    throw new UsageError('USAGE_OPTION', { option: 'layerScanConcurrency', value: String(layerScanConcurrency) });
  }
  return {
    store,
    locker: options.locker ?? store.locker,
    engine,
    ecosystems,
    scanners: new ScannerSet(ecosystems),
    limits: { ...defaultLimits, ...options.limits },
    logger: options.logger ?? silentLogger,
    reading: new Semaphore(layerScanConcurrency),
  };
}

/** Calls share work when they speak of the same layers and bring content for the same ones. */
function flightKey({ digest, layers }: Manifest): string {
  return [digest, ...layers.map((layer) => `${layer.digest} ${layerKey(layer)} ${layer.content ? 'with' : 'without'}`)].join('\n');
}

function findSource(flight: Flight<Manifest, IndexProgress>, key: LayerDigest): LayerSource | undefined {
  for (const passenger of flight.passengers) {
    const layer = passenger.brought.layers.find((candidate) => candidate.content && layerKey(candidate) === key);
    if (layer) return { layer, isPresent: () => flight.passengers.has(passenger) };
  }
  return undefined;
}
