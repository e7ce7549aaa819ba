import type { IndexContext, IndexJob, Step } from '../index-context.ts';

/** All is done. */
export function indexFinished(_context: IndexContext, job: IndexJob): Step {
  return { kind: 'end', report: { ...job.report, state: 'IndexFinished', success: true } };
}
