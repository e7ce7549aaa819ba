/**
 * claircore: finds what is installed in container images, and the known vulnerabilities that affect it.
 *
 * @example
 * ```ts
 * import { createFeedClient, openImage, openLibindex, openLibvuln } from 'claircore';
 *
 * const data = { dataStore: 'sqlite', path: 'claircore.db' } as const;
 * await using feeds = createFeedClient();
 * await using libindex = await openLibindex(data);
 * await using libvuln = await openLibvuln({ ...data, feeds, initialUpdate: 'none' });
 *
 * await using image = await openImage('app.tar');
 * const index = await libindex.index(image.manifest);
 * await libvuln.update({ namespaces: libvuln.requiredNamespaces(index), maxAge: 6 * 3_600_000 });
 * const report = await libvuln.scan(index);
 * console.log(report.coverage.complete, report.vulnerabilities.size);
 * ```
 */

// Open what comes with this package, or bring your own parts.
export {
  defaultEcosystems,
  defaultEnrichers,
  defaultMatchers,
  openImage,
  openIndexerStore,
  openLibindex,
  openLibvuln,
  openMatcherStore,
  plugins,
  reportWriters,
  selectEnrichers,
  selectUpdaterSets,
  unionWants,
  type DataStoreOptions,
  type PostgresDataStore,
  type SqliteDataStore,
  type LibindexSettings,
  type LibvulnSettings,
  type FeedChoice,
  type OpenImageOptions,
  type OpenLibindexOptions,
  type OpenLibvulnOptions,
} from './defaults/index.ts';
export {
  Libindex,
  manifestDigest,
  type AffectedManifests,
  type CallOptions,
  type ControllerFactory,
  type DeletedManifests,
  type IndexCall,
  type IndexController,
  type IndexOptions,
  type IndexProgress,
  type LibindexOptions,
} from './libindex/index.ts';
export { indexRecords } from './judging/index.ts';
export {
  Libvuln,
  type FeedStatus,
  type LibvulnOptions,
  type ScanReportOptions,
  type UpdateOptions,
  type UpdateProgress,
  type UpdateResult,
} from './libvuln/index.ts';
export {
  bytesContent,
  createLayerEngine,
  createLayerFetcher,
  createRegistrySource,
  fileContent,
  openLayer,
  stackLayers,
  type LayerEngineOptions,
  type LayerFetcherOptions,
  type LayerFetchMode,
  type RegistryTuning,
  type StackLayersOptions,
} from './image/index.ts';
export {
  decodeIndexReport,
  encodeIndexReport,
  encodeVulnerabilityReport,
  jsonWriter,
  tableWriter,
  type WireIndexReport,
  type WireVulnerabilityReport,
} from './reports/index.ts';
export { compareKeys, versionSchemes } from './versions/index.ts';

// The two daemons of claircore v0.0.7. Their HTTP framework is loaded when one of them listens.
export {
  createLibindexHttp,
  createLibvulnHttp,
  JsonLogger,
  openLibindexDaemon,
  openLibvulnDaemon,
  parseListenAddress,
  type BoundAddress,
  type HttpDaemon,
  type HttpDaemonOptions,
  type JsonLoggerOptions,
  type LibindexDaemonOptions,
  type LibindexHttpOptions,
  type LibvulnDaemonOptions,
  type LibvulnHttpOptions,
  type ListenAddress,
  type ServiceLogLevel,
} from './services/index.ts';

// What they work with: where feeds come from, what time it is, where log lines go.
export {
  createFeedClient,
  fixedClock,
  offlineFeedClient,
  silentLogger,
  systemClock,
  type Clock,
  type FeedClientOptions,
  type Logger,
  type LogLevel,
  type OwnedFeedClient,
} from './runtime/index.ts';

// The parts that an embedder can bring.
export {
  constraints,
  defineDistributionScanner,
  defineEcosystem,
  defineEnricher,
  defineImageSource,
  defineMatcher,
  definePackageScanner,
  definePlugin,
  defineReportWriter,
  defineRepositoryScanner,
  defineUpdaterSet,
  defineVersionScheme,
  enrichmentNamespacePrefix,
  scannerKey,
} from './contracts/index.ts';
export type * from './contracts/index.ts';

// The vocabulary: errors with codes, diagnostics, digests, severities, reports.
export {
  AbortedError,
  ClaircoreError,
  compareSeverity,
  defaultLimits,
  diagnostic,
  diagnosticCodes,
  enrichmentTypes,
  errorCodes,
  FeedError,
  fixStates,
  gapOf,
  indexStates,
  InputError,
  isDigest,
  layerKey,
  LimitError,
  parseDigest,
  parseLayerDigest,
  parseManifestDigest,
  parseSeverity,
  severities,
  StoreError,
  throwIfAborted,
  unknownReasons,
  UsageError,
} from './core/index.ts';
export type * from './core/index.ts';
