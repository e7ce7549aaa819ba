import { parseLayerDigest, type IndexReport } from '../../core/index.ts';
import type { IndexContext, IndexTask, Step } from '../index-context.ts';

/** Is the image known to all scanners of today? Then its report is there already. */
export async function checkManifest(context: IndexContext): Promise<Step> {
  const { manifest, store, proof } = context;
  const report = await finishedReport(context);
  if (report) return { kind: 'known', report };
  for (const layer of manifest.layers) {
    parseLayerDigest(layer.digest);
    if (layer.diffId !== undefined) parseLayerDigest(layer.diffId);
  }
  await store.putManifest(manifest, proof);
  return { kind: 'go', next: 'FetchLayers', patch: {} };
}

/** The report of an image that was indexed by all scanners of today. */
export async function finishedReport({ manifest, store, scanners }: IndexTask): Promise<IndexReport | undefined> {
  if (!(await store.isManifestScanned(manifest.digest, scanners.all))) return undefined;
  const report = await store.indexReport(manifest.digest);
  // Another release, with other scanners, may be at work on the same image: then its half-done report is stored.
  return report?.state === 'IndexFinished' ? report : undefined;
}
