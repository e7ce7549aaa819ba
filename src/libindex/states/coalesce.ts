import { coalesceImage } from '../coalescing/coalesce-image.ts';
import type { IndexContext, IndexJob, Step } from '../index-context.ts';

/** From facts about layers to facts about the image. */
export async function coalesce(context: IndexContext, job: IndexJob): Promise<Step> {
  const contents = await coalesceImage(context);
  return { kind: 'go', next: 'IndexManifest', patch: { report: { ...job.report, ...contents } } };
}
