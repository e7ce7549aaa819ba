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
import type { PostgresDatabase } from '../database.ts';
import { checkLease } from '../lease-table.ts';
import { indexerSchema } from '../migrations/indexer.ts';
import { openDatabaseWithLocker, type LockerOfDatabase } from '../open-locker.ts';
import type { Sql } from '../sql.ts';
import type { PostgresStoreOptions } from '../store-options.ts';
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
 * What indexing knows, in a PostgreSQL database: in the schema `claircore_indexer`, made if there is none. Any number of processes may use
 * it at once, also through a transaction pooler.
 * @throws StoreError `STORE_UNREACHABLE`, `STORE_DENIED`, `STORE_DATABASE_UNKNOWN`, `STORE_TLS`, `STORE_VERSION`, `STORE_OUTDATED`, `STORE_NOT_OURS`
 * @throws UsageError `USAGE_OPTION` when the connection string cannot be read
 */
export async function openPostgresIndexerStore(options: PostgresStoreOptions): Promise<IndexerStore> {
  const { database, locker } = await openDatabaseWithLocker(options, indexerSchema);
  return new PostgresIndexerStore(database, locker);
}

class PostgresIndexerStore implements IndexerStore {
  readonly locker: LockerOfDatabase;
  readonly #database: PostgresDatabase;

  constructor(database: PostgresDatabase, locker: LockerOfDatabase) {
    this.#database = database;
    this.locker = locker;
  }

  missingScanners(layer: LayerRef, scanners: readonly ScannerIdentity[]): Promise<readonly ScannerIdentity[]> {
    return this.#database.read((sql) => missingScanners(sql, layer, scanners));
  }

  putLayer(result: LayerResult, proof: LeaseProof): Promise<void> {
    return this.#write(proof, (sql) => putLayer(sql, result));
  }

  layerWalk(layer: LayerRef): Promise<StoredWalk | undefined> {
    return this.#database.read((sql) => layerWalk(sql, layer));
  }

  layerArtifacts(layer: LayerRef, scanners: readonly ScannerIdentity[]): Promise<readonly LayerArtifact[]> {
    return this.#database.read((sql) => layerArtifacts(sql, layer, scanners));
  }

  putAsked(layer: LayerRef, artifacts: readonly LayerArtifact[], proof: LeaseProof): Promise<void> {
    return this.#write(proof, (sql) => putAsked(sql, layer, artifacts));
  }

  askedArtifacts(layer: LayerRef, scanners: readonly ScannerIdentity[]): Promise<readonly LayerArtifact[]> {
    return this.#database.read((sql) => askedArtifacts(sql, layer, scanners));
  }

  isManifestScanned(digest: ManifestDigest, scanners: readonly ScannerIdentity[]): Promise<boolean> {
    return this.#database.read((sql) => isManifestScanned(sql, digest, scanners));
  }

  putManifest(manifest: Manifest, proof: LeaseProof): Promise<void> {
    return this.#write(proof, (sql) => putManifest(sql, manifest));
  }

  indexReport(digest: ManifestDigest): Promise<IndexReport | undefined> {
    return this.#database.read((sql) => indexReport(sql, digest));
  }

  putIndexReport(report: IndexReport, proof: LeaseProof): Promise<void> {
    return this.#write(proof, (sql) => putIndexReport(sql, report));
  }

  indexManifest(report: IndexReport, proof: LeaseProof): Promise<void> {
    return this.#write(proof, (sql) => indexManifest(sql, report));
  }

  finishManifest(report: IndexReport, scanners: readonly ScannerIdentity[], proof: LeaseProof): Promise<void> {
    return this.#write(proof, (sql) => finishManifest(sql, report, scanners));
  }

  manifestsWith(packages: readonly PackageName[]): Promise<readonly ManifestDigest[]> {
    return this.#database.read((sql) => manifestsWith(sql, packages));
  }

  async deleteManifest(digest: ManifestDigest, proof: LeaseProof): Promise<boolean> {
    // Where the answer to the commit was lost, the next try finds nothing: what an earlier one found counts.
    let wasKnown = false;
    await this.#write(proof, async (sql) => {
      wasKnown = (await deleteManifest(sql, digest)) || wasKnown;
    });
    return wasKnown;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.locker[Symbol.asyncDispose]();
    await this.#database[Symbol.asyncDispose]();
  }

  /** Under the lock that the proof is of; whatever is put may be put twice. */
  #write<T>(proof: LeaseProof, task: (sql: Sql) => Promise<T>): Promise<T> {
    const checked = async (sql: Sql): Promise<T> => {
      await checkLease(sql, proof);
      return await task(sql);
    };
    return this.#database.write(checked, { lostCommit: 'repeat' });
  }
}
