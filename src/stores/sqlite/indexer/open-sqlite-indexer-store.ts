import type {
  IndexerStore,
  LayerArtifact,
  LayerResult,
  LeaseProof,
  PackageName,
  ScannerIdentity,
  StoredWalk,
} from '../../../contracts/index.ts';
import type { IndexReport, LayerRef, Manifest, ManifestDigest } from '../../../core/index.ts';
import type { Database } from '../database.ts';
import { checkLease, releaseLeasesOf } from '../lease-table.ts';
import { indexerSchema } from '../migrations/indexer.ts';
import { openDatabase } from '../open-database.ts';
import { SqliteLocker } from '../sqlite-locker.ts';
import { storeDefaults, type SqliteStoreOptions } from '../store-options.ts';
import { askedArtifacts, layerArtifacts } from './artifacts.ts';
import { deleteManifest } from './delete-manifest.ts';
import { indexManifest } from './index-manifest.ts';
import { finishManifest, indexReport, putIndexReport } from './index-report.ts';
import { isManifestScanned } from './is-manifest-scanned.ts';
import { layerWalk } from './layer-walk.ts';
import { putManifest } from './manifests.ts';
import { manifestsWith } from './manifests-with.ts';
import { missingScanners } from './missing-scanners.ts';
import { putAsked } from './put-asked.ts';
import { putLayer } from './put-layer.ts';

/**
 * What indexing knows, in one SQLite file; made if there is none. Several processes may use it at once.
 * @param path by convention the matcher store's with `.index` behind it
 * @throws StoreError `STORE_OPEN`, `STORE_NOT_OURS`, `STORE_VERSION`, `STORE_CORRUPT`, `STORE_BUSY`, `STORE_WRITE`
 */
export async function openSqliteIndexerStore(path: string, options: SqliteStoreOptions = {}): Promise<IndexerStore> {
  const settings = { ...storeDefaults, cacheBytes: 8 * 1024 * 1024, ...options };
  const database = await openDatabase(path, indexerSchema, settings);
  if (settings.owner !== undefined) await releaseLeasesOf(database, settings.owner);
  return new SqliteIndexerStore(database, new SqliteLocker(database, settings));
}

class SqliteIndexerStore implements IndexerStore {
  readonly locker: SqliteLocker;
  readonly #database: Database;

  constructor(database: Database, locker: SqliteLocker) {
    this.#database = database;
    this.locker = locker;
  }

  missingScanners(layer: LayerRef, scanners: readonly ScannerIdentity[]): Promise<readonly ScannerIdentity[]> {
    return this.#read((database) => missingScanners(database, layer, scanners));
  }

  putLayer(result: LayerResult, proof: LeaseProof): Promise<void> {
    return this.#write(proof, (database) => putLayer(database, result));
  }

  layerWalk(layer: LayerRef): Promise<StoredWalk | undefined> {
    return this.#read((database) => layerWalk(database, layer));
  }

  layerArtifacts(layer: LayerRef, scanners: readonly ScannerIdentity[]): Promise<readonly LayerArtifact[]> {
    return this.#read((database) => layerArtifacts(database, layer, scanners));
  }

  putAsked(layer: LayerRef, artifacts: readonly LayerArtifact[], proof: LeaseProof): Promise<void> {
    return this.#write(proof, (database) => putAsked(database, layer, artifacts));
  }

  askedArtifacts(layer: LayerRef, scanners: readonly ScannerIdentity[]): Promise<readonly LayerArtifact[]> {
    return this.#read((database) => askedArtifacts(database, layer, scanners));
  }

  isManifestScanned(digest: ManifestDigest, scanners: readonly ScannerIdentity[]): Promise<boolean> {
    return this.#read((database) => isManifestScanned(database, digest, scanners));
  }

  putManifest(manifest: Manifest, proof: LeaseProof): Promise<void> {
    return this.#write(proof, (database) => putManifest(database, manifest));
  }

  indexReport(digest: ManifestDigest): Promise<IndexReport | undefined> {
    return this.#read((database) => indexReport(database, digest));
  }

  putIndexReport(report: IndexReport, proof: LeaseProof): Promise<void> {
    return this.#write(proof, (database) => putIndexReport(database, report));
  }

  indexManifest(report: IndexReport, proof: LeaseProof): Promise<void> {
    return this.#write(proof, (database) => indexManifest(database, report));
  }

  finishManifest(report: IndexReport, scanners: readonly ScannerIdentity[], proof: LeaseProof): Promise<void> {
    return this.#write(proof, (database) => finishManifest(database, report, scanners));
  }

  manifestsWith(packages: readonly PackageName[]): Promise<readonly ManifestDigest[]> {
    return this.#read((database) => manifestsWith(database, packages));
  }

  deleteManifest(digest: ManifestDigest, proof: LeaseProof): Promise<boolean> {
    return this.#write(proof, (database) => deleteManifest(database, digest));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.locker[Symbol.asyncDispose]();
    this.#database[Symbol.dispose]();
  }

  #read<T>(task: (database: Database) => T): Promise<T> {
    return this.#database.read(() => task(this.#database));
  }

  #write<T>(proof: LeaseProof, task: (database: Database) => T): Promise<T> {
    return this.#database.write(() => {
      checkLease(this.#database, proof);
      return task(this.#database);
    });
  }
}
