/**
 * The test kit: builders of layers and images, servers, and a fake of every seam, for this package's own tests and for
 * those who build on it. The conformance suites need vitest and stand apart, in `claircore/testing/suites`.
 */
export { BlobServer, type BlobOptions, type ServedBlob } from './blob-server.ts';
export { collect } from './collect.ts';
export { compress, type TestCompression } from './compress.ts';
export { fakeCoalescer } from './fake-coalescer.ts';
export { fakeEcosystem, fakeEcosystems } from './fake-ecosystem.ts';
export { fakeEnricher } from './fake-enricher.ts';
export { FakeFeedClient } from './fake-feed-client.ts';
export {
  fakeContent,
  fakeLayer,
  FakeLayerEngine,
  type FakeEntry,
  type FakeLayer,
  type FakeLayerEngineOptions,
  type WalkRecord,
} from './fake-layer-engine.ts';
export { FakeLayerFetcher } from './fake-layer-fetcher.ts';
export { FakeLibindex, type FakeIndexing, type FakeLibindexOptions, type LibindexLike } from './fake-libindex.ts';
export { FakeLibvuln, type FakeFeed, type LibvulnLike } from './fake-libvuln.ts';
export { fakeMatcher } from './fake-matcher.ts';
export { fakeIndexReport, type FakePackage, type FakePlace } from './fake-matcher-report.ts';
export {
  fakeDatabaseScanner,
  fakeDistributionScanner,
  fakeFileScanner,
  fakeRepositoryScanner,
  type FakeDatabaseOptions,
  type FakeDistributionOptions,
  type FakeFileOptions,
  type FakeScannerOptions,
} from './fake-scanner.ts';
export { fakeStack } from './fake-stack.ts';
export { fakeAdvisory, fakeFeed, fakeUpdater, fakeUpdaterSet, type FakeRow, type FakeUpdaterOptions } from './fake-updater.ts';
export { FakeRegistry, type FakeRegistryOptions, type RegistryAnswer } from './fake-registry.ts';
export type { FakeRegistryAuth, FakeUser } from './fake-registry-auth.ts';
export type { PushForm } from './fake-registry-content.ts';
export { fakeVulnerability } from './fake-vulnerability.ts';
export { FeedServer, type SeenRequest, type ServedFile } from './feed-server.ts';
export type { HeldRequests } from './gates.ts';
export {
  archiveOf,
  dockerArchive,
  hybridArchive,
  imageConfig,
  ociLayout,
  writeArchive,
  writeLayout,
  type DockerArchiveForm,
  type ImageFile,
  type ImageFiles,
  type TestImage,
  type TestIndex,
  type TestLayer,
} from './image-builder.ts';
export { LayerBuilder, type BuildOptions, type Content, type EntryOptions, type SparseSegment } from './layer-builder.ts';
export { layerFiles } from './layer-files.ts';
export { MemoryIndexerStore, type MemoryStoreOptions } from './memory-indexer-store.ts';
export { MemoryLocker } from './memory-locker.ts';
export { MemoryMatcherStore } from './memory-matcher-store.ts';
export { writeRpmBdb, type RpmBdbOptions } from './rpmdb-bdb.ts';
export { encodeRpmHeader, rpmHeader, type RpmHeaderEntry, type RpmHeaderOptions, type TestRpm } from './rpmdb-header.ts';
export { writeRpmNdb, type RpmNdbOptions } from './rpmdb-ndb.ts';
export { writeRpmSqlite, writeRpmSqliteFiles, type RpmSqliteFiles, type RpmSqliteOptions } from './rpmdb-sqlite.ts';
export { oddContents } from './sample-contents.ts';
export type { ScriptedAnswer } from './scripted-answer.ts';
export { wantingScanner } from './wanting-scanner.ts';
export { writeZip, type TestZipEntry, type TestZipOptions } from './zip-writer.ts';
