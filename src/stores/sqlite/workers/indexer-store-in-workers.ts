import type { IndexerStore, LayerArtifact, ScannerIdentity } from '../../../contracts/index.ts';
import type { Layer, LayerRef } from '../../../core/index.ts';
import { indexerRoutes } from './store-calls.ts';
import type { IndexerCalls } from './store-service.ts';
import { StoreThreads, type StoreThreadsOptions } from './store-threads.ts';

/**
 * As `openSqliteIndexerStore`, but the file is read and written in threads of their own: what takes long there keeps no other work waiting.
 * @throws StoreError `STORE_OPEN`, `STORE_NOT_OURS`, `STORE_VERSION`, `STORE_CORRUPT`, `STORE_BUSY`, `STORE_WRITE`, `STORE_WORKER`
 */
export async function openIndexerStoreInWorkers(path: string, options: StoreThreadsOptions = {}): Promise<IndexerStore> {
  const threads = new StoreThreads('indexer', path, options);
  await threads.open();
  return {
    ...plainArguments(threads.calls<IndexerCalls>(indexerRoutes)),
    locker: threads.locker,
    [Symbol.asyncDispose]: () => threads.close(),
  };
}

/** A scanner may stand where its identity is asked for, and a layer with its content where its names are: functions cannot be sent. */
function plainArguments(calls: IndexerCalls): IndexerCalls {
  return {
    ...calls,
    missingScanners: (layer, scanners) => calls.missingScanners(toRef(layer), scanners.map(toIdentity)),
    putLayer: (result, proof) => calls.putLayer({ ...result, layer: toRef(result.layer), artifacts: result.artifacts.map(toPlain) }, proof),
    layerWalk: (layer) => calls.layerWalk(toRef(layer)),
    layerArtifacts: (layer, scanners) => calls.layerArtifacts(toRef(layer), scanners.map(toIdentity)),
    putAsked: (layer, artifacts, proof) => calls.putAsked(toRef(layer), artifacts.map(toPlain), proof),
    askedArtifacts: (layer, scanners) => calls.askedArtifacts(toRef(layer), scanners.map(toIdentity)),
    isManifestScanned: (digest, scanners) => calls.isManifestScanned(digest, scanners.map(toIdentity)),
    putManifest: ({ digest, layers }, proof) => calls.putManifest({ digest, layers: layers.map(toRef) }, proof),
    finishManifest: (report, scanners, proof) => calls.finishManifest(report, scanners.map(toIdentity), proof),
  };
}

function toRef({ digest, diffId }: Layer): LayerRef {
  return { digest, ...(diffId !== undefined && { diffId }) };
}

function toIdentity({ name, version, kind }: ScannerIdentity): ScannerIdentity {
  return { name, version, kind };
}

function toPlain(artifact: LayerArtifact): LayerArtifact {
  return { ...artifact, scanner: toIdentity(artifact.scanner) };
}
