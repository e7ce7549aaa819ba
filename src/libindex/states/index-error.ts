import { toFailure } from '../failure.ts';
import { emptyReport, type IndexContext, type IndexJob, type Step } from '../index-context.ts';

/** Something about the image made it impossible. What was found so far stays with the layers, not in the report. */
export function indexError({ manifest }: IndexContext, job: IndexJob): Step {
  const { code, sentence } = toFailure(job.failure);
  return { kind: 'end', report: { ...emptyReport(manifest), state: 'IndexError', err: sentence, errCode: code } };
}
