import type { OpenedLayer, VersionScheme } from '../contracts/index.ts';
import {
  defaultLimits,
  isDigest,
  layerKey,
  UsageError,
  type IndexReport,
  type Layer,
  type LayerDigest,
  type Manifest,
  type ManifestDigest,
  type Vulnerability,
} from '../core/index.ts';
import { checkInteger, Semaphore, silentLogger } from '../runtime/index.ts';
import { affectedManifests, type AffectedManifests } from './affected/affected-manifests.ts';
import { indexImage } from './controller.ts';
import { deleteManifests, type DeletedManifests } from './delete-manifests.ts';
import { flightKey } from './flight-key.ts';
import type { Equipment, LayerSource } from './index-context.ts';
import type { CallOptions, IndexOptions, IndexProgress, LibindexOptions } from './options.ts';
import { withContent } from './layers/with-content.ts';
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
  readonly #options: LibindexOptions;
  readonly #equipment: Equipment;
  readonly #flights: SharedFlights<IndexReport, Manifest, IndexProgress>;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  private constructor(options: LibindexOptions) {
    this.#options = options;
    this.#equipment = equip(options);
    this.#flights = new SharedFlights((flight) => this.#run(flight));
  }

  /**
   * The store is closed with the Libindex, also when opening fails.
   * @throws UsageError `USAGE_OPTION`, `USAGE_PLUGIN`
   */
  static async open(options: LibindexOptions): Promise<Libindex> {
    try {
      return new Libindex(options);
    } catch (error) {
      await disposeAll(options);
      throw error;
    }
  }

  /**
   * Indexes an image. Concurrent calls for one image share the work; a call whose signal fires leaves it to the others.
   * The layers' content must stay open until the call has settled; a layer without content is fetched from its `uri` by the fetcher.
   *
   * @returns a report in the state `IndexFinished`; or in `IndexError` for anything about the image: `err` says it in one
   * sentence, `errCode` is its code. A later call then does what is missing.
   * @throws UsageError for misuse, AbortedError, StoreError when results cannot be kept
   */
  async index(manifest: Manifest, options: IndexOptions = {}): Promise<IndexReport> {
    this.#assertOpen();
    assertDigest('manifest.digest', manifest.digest);
    const { onProgress, signal } = options;
    const onEvent = (event: IndexProgress): void => this.#tell(onProgress, event);
    const brought = withContent(manifest, this.#options.fetcher);
    return await this.#flights.join(flightKey(manifest), { brought, onEvent, signal });
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

  /**
   * Which of the images that were indexed here these vulnerabilities affect: each is judged on its stored report, by the rules of the
   * matchers, as a scan judges it. The vulnerabilities are those of a report of Libvuln.
   * @throws UsageError `USAGE_OPTION` where the Libindex was opened without matchers; StoreError, AbortedError
   *
   * @example
   * ```ts
   * const { vulnerableManifests } = await libindex.affectedManifests([...report.vulnerabilities.values()]);
   * for (const [digest, ids] of vulnerableManifests) console.log(digest, ids.length);
   * ```
   */
  async affectedManifests(vulnerabilities: readonly Vulnerability[], options: CallOptions = {}): Promise<AffectedManifests> {
    const { matchers, versionSchemes: schemes = new Map<string, VersionScheme>() } = this.#options;
    if (!matchers) throw new UsageError('USAGE_OPTION', { option: 'matchers', value: 'none', expected: 'the matchers that judge' });
    const { store, logger } = this.#equipment;
    return await this.#track(options, (signal) => affectedManifests(vulnerabilities, { store, matchers, schemes, logger, signal }));
  }

  /**
   * Forgets images: their reports, and the layers that no other image has. One that is being indexed, here or by another process, stays
   * and is named.
   * @throws UsageError `USAGE_OPTION` for what is no digest, before anything is deleted; StoreError, AbortedError
   */
  async deleteManifests(digests: readonly ManifestDigest[], options: CallOptions = {}): Promise<DeletedManifests> {
    for (const digest of digests) assertDigest('digests', digest);
    const { store, locker } = this.#equipment;
    return await this.#track(options, (signal) => deleteManifests(digests, { store, locker, signal }));
  }

  /**
   * Fetches and verifies one layer and holds it until it is disposed: its files by path, its tar at any place. Nothing is indexed.
   * @throws UsageError `USAGE_OPTION` where the Libindex was opened without a fetcher; InputError, FeedError, LimitError, AbortedError
   *
   * @example
   * ```ts
   * await using layer = await libindex.openLayer({ digest, uri: 'https://blobs.example/base.tar.gz' });
   * const release = (await layer.files(['etc/os-release'])).get('etc/os-release');
   * ```
   */
  async openLayer(layer: Layer, options: CallOptions = {}): Promise<OpenedLayer> {
    assertDigest('layer.digest', layer.digest);
    const { fetcher } = this.#options;
    if (!fetcher) throw new UsageError('USAGE_OPTION', { option: 'fetcher', value: 'none', expected: 'what fetches layers' });
    return await this.#track(options, (signal) => fetcher.open(layer, { signal }));
  }

  /** Stops running work (its callers get an AbortedError), waits for its end and closes the store. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    this.#stop.abort();
    await this.#flights.stop();
    await Promise.allSettled(this.#running);
    await disposeAll(this.#options);
  }

  async #run(flight: Flight<Manifest, IndexProgress>): Promise<IndexReport> {
    const [first] = flight.passengers;
    if (!first) throw new UsageError('USAGE_CLOSED', { what: 'libindex' });
    const call = { manifest: first.brought, progress: (event: IndexProgress) => flight.emit(event), signal: flight.signal };
    const standard = {
      run: () =>
        indexImage({
          ...this.#equipment,
          ...call,
          sourceOf: (key: LayerDigest) => findSource(flight, key),
          onFailure: () => flight.close(),
        }),
    };
    const { store, locker } = this.#equipment;
    const controller = this.#options.controllerFactory?.({ ...call, store, locker }, standard) ?? standard;
    return await controller.run();
  }

  /** Lets a call run until it ends, its caller leaves or this is closed; closing waits for it. */
  async #track<T>({ signal }: CallOptions, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#assertOpen();
    const running = task(signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
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
  const { store, engine, ecosystems, layerScanConcurrency = defaultConcurrency, matchers = [], versionSchemes } = options;
  checkInteger('layerScanConcurrency', layerScanConcurrency, { min: 1, max: 1024 });
  for (const { id, scheme } of matchers) if (!versionSchemes?.has(scheme)) throw new UsageError('USAGE_PLUGIN', { matcher: id, scheme });
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

async function disposeAll({ store, resources = [] }: LibindexOptions): Promise<void> {
  // Disposed in the reverse order, all of them, whatever fails.
  await using stack = new AsyncDisposableStack();
  for (const resource of resources) stack.use(resource);
  stack.use(store);
}

function assertDigest(option: string, digest: unknown): void {
  if (typeof digest === 'string' && isDigest(digest)) return;
  const value = typeof digest === 'string' ? digest.slice(0, 160) : typeof digest;
  throw new UsageError('USAGE_OPTION', { option, value, expected: 'a digest' });
}

function findSource(flight: Flight<Manifest, IndexProgress>, key: LayerDigest): LayerSource | undefined {
  for (const passenger of flight.passengers) {
    const layer = passenger.brought.layers.find((candidate) => candidate.content && layerKey(candidate) === key);
    if (layer) return { layer, isPresent: () => flight.passengers.has(passenger) };
  }
  return undefined;
}
