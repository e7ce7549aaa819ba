import type { LeaseProof, Scanner, ScannerIdentity } from '../../contracts/index.ts';
import { scannerKey } from '../../contracts/index.ts';
import { layerKey, type Layer } from '../../core/index.ts';
import type { IndexContext } from '../index-context.ts';
import { underLease } from '../lease.ts';
import { runScanners } from './run-scanners.ts';
import { walkLayer } from './walk-layer.ts';

/** Reads a layer for the scanners that have not read it, unless somebody else did so while we waited for it. */
export async function scanLayer(context: IndexContext, layer: Layer): Promise<void> {
  await context.reading.run(() => scanLocked(context, layer), { signal: context.signal });
}

async function scanLocked(context: IndexContext, layer: Layer): Promise<void> {
  const { locker, store, scanners, progress, signal } = context;
  const onWait = (): void => progress({ kind: 'layer-waiting', layer: layer.digest });
  await underLease({ locker, key: `layer:${layerKey(layer)}`, onWait, signal }, async (lease, leaseSignal) => {
    const missing = await store.missingScanners(layer, scanners.all);
    if (missing.length === 0) progress({ kind: 'layer-known', layer: layer.digest });
    else await readLayer({ ...context, signal: leaseSignal }, layer, chosen(context, missing), lease);
  });
}

async function readLayer(context: IndexContext, layer: Layer, scanners: readonly Scanner[], proof: LeaseProof): Promise<void> {
  const { store, progress, signal } = context;
  const began = performance.now();
  const onProgress = (bytes: number): void => progress({ kind: 'layer-progress', layer: layer.digest, bytes, total: layer.size });
  await using walk = await walkLayer(context, layer, { scanners, onProgress });
  const artifacts = await runScanners(walk, scanners, signal);
  const { digest, diffId, map, diagnostics, stats } = walk;
  const ref = { digest: layer.digest, ...(layer.diffId !== undefined && { diffId: layer.diffId }) };
  await store.putLayer({ layer: ref, digest, diffId, ...(map && { map }), diagnostics, artifacts }, proof);
  const { blobBytes, tarBytes, entries, passes } = stats;
  progress({ kind: 'layer-done', layer: layer.digest, blobBytes, tarBytes, entries, passes, time: performance.now() - began });
}

function chosen({ scanners }: IndexContext, identities: readonly ScannerIdentity[]): readonly Scanner[] {
  const keys = new Set(identities.map(scannerKey));
  return scanners.all.filter((scanner) => keys.has(scannerKey(scanner)));
}
