import type { IndexContext, IndexJob, Step } from '../index-context.ts';

/** Makes the image findable by its packages. */
export async function indexManifest({ store, proof }: IndexContext, job: IndexJob): Promise<Step> {
  await store.indexManifest(job.report, proof);
  return { kind: 'go', next: 'IndexFinished', patch: {} };
}
