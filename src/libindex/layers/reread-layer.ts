import { scannerKey, type AskedPath, type LayerArtifact, type LayerWalk, type LeaseProof, type Scanner } from '../../contracts/index.ts';
import { layerKey, type Diagnostic, type Layer } from '../../core/index.ts';
import type { IndexContext } from '../index-context.ts';
import { underLease } from '../lease.ts';
import { byAsked, runScanners } from './run-scanners.ts';
import { walkLayer } from './walk-layer.ts';

/** What is asked of a layer, by scanner key. */
export type AskedByScanner = ReadonlyMap<string, readonly AskedPath[]>;

/**
 * Reads a layer again for paths that other layers' links lead to, unless somebody else did so while we waited for it.
 * Returns the artifacts of just these reads, be they old or new: whoever asks the same paths of another image may replace them in the store.
 * @throws InputError, LimitError, StoreError, AbortedError
 */
export async function rereadLayer(context: IndexContext, layer: Layer, asked: AskedByScanner): Promise<readonly LayerArtifact[]> {
  const { locker, reading, signal } = context;
  return await reading.run(
    () =>
      underLease({ locker, key: `layer:${layerKey(layer)}`, signal }, async (lease, leaseSignal) => {
        const scanners = context.scanners.all.filter((scanner) => asked.has(scannerKey(scanner)));
        const known = await context.store.askedArtifacts(layer, scanners);
        const missing = withoutKnown(asked, known);
        if (missing.size === 0) return known;
        return [...known, ...(await readAgain({ ...context, signal: leaseSignal }, layer, missing, lease))];
      }),
    { signal },
  );
}

async function readAgain(context: IndexContext, layer: Layer, asked: AskedByScanner, proof: LeaseProof): Promise<readonly LayerArtifact[]> {
  const { scanners, store, progress, signal } = context;
  const asking = scanners.all.filter((scanner) => asked.has(scannerKey(scanner)));
  await using walk = await walkLayer(context, layer, { scanners: asking, asked });
  const found = await runScanners(walk, asking, signal);
  const artifacts = found.map((artifact, index) => withAsked(artifact, asking[index], asked, walk));
  await store.putAsked(layer, artifacts, proof);
  const paths = new Set([...asked.values()].flat().map((path) => path.asked)).size;
  progress({ kind: 'layer-reread', layer: layer.digest, paths });
  return artifacts;
}

/** All paths that were asked are remembered, found or not, and what the walk said of them stays with them. */
function withAsked(artifact: LayerArtifact, scanner: Scanner | undefined, asked: AskedByScanner, walk: LayerWalk): LayerArtifact {
  const read = [...((scanner && asked.get(scannerKey(scanner))) ?? [])].sort(byAsked);
  const paths = new Set(read.flatMap((path) => [path.asked, path.real]));
  const about = walk.diagnostics.filter((diagnostic: Diagnostic) => diagnostic.path !== undefined && paths.has(diagnostic.path));
  const diagnostics = [...(artifact.findings.diagnostics ?? []), ...about];
  return { ...artifact, read, findings: { ...artifact.findings, diagnostics } };
}

function withoutKnown(asked: AskedByScanner, known: readonly LayerArtifact[]): AskedByScanner {
  const knownPaths = new Map(known.map((artifact) => [scannerKey(artifact.scanner), new Set(artifact.read.map(pairOf))]));
  const missing = new Map<string, readonly AskedPath[]>();
  for (const [key, paths] of asked) {
    const left = paths.filter((path) => knownPaths.get(key)?.has(pairOf(path)) !== true);
    if (left.length > 0) missing.set(key, left);
  }
  return missing;
}

function pairOf(path: AskedPath): string {
  return `${path.asked}\0${path.real}`;
}
