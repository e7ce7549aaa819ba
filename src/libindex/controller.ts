import { AbortedError, throwIfAborted, type IndexReport, type IndexState } from '../core/index.ts';
import { isAboutImage } from './failure.ts';
import { emptyReport, type IndexContext, type IndexJob, type IndexTask, type Step } from './index-context.ts';
import { underLease } from './lease.ts';
import { finishedReport } from './states/check-manifest.ts';
import { transitions } from './transitions.ts';

/** How often the whole is begun again when a lock was lost: the machine was paused, and what was stored is kept. */
const maxLockLosses = 1;

/**
 * Indexes an image: the only place that persists reports, tells states and handles errors.
 * @throws StoreError, AbortedError; anything about the image is in the report
 */
export async function indexImage(task: IndexTask): Promise<IndexReport> {
  const known = await finishedReport(task);
  if (known) return tellKnown(task, known);
  for (let losses = 0; ; losses += 1) {
    try {
      return await indexLocked(task);
    } catch (error) {
      if (!isLockLost(error) || losses === maxLockLosses || task.signal.aborted) throw error;
      task.logger.log('warn', 'a lock was lost, indexing begins again', { manifest: task.manifest.digest });
    }
  }
}

async function indexLocked(task: IndexTask): Promise<IndexReport> {
  const { locker, manifest, progress, signal } = task;
  const onWait = (): void => progress({ kind: 'manifest-waiting', manifest: manifest.digest });
  return await underLease({ locker, key: `manifest:${manifest.digest}`, onWait, signal }, (lease, leaseSignal) =>
    drive({ ...task, proof: lease, signal: leaseSignal }),
  );
}

async function drive(context: IndexContext): Promise<IndexReport> {
  let job: IndexJob = { report: emptyReport(context.manifest), unread: [] };
  let state: IndexState = 'CheckManifest';
  tellState(context, state);
  for (;;) {
    const step = await run(context, state, job);
    switch (step.kind) {
      case 'known':
        return tellKnown(context, step.report);
      case 'end':
        if (step.report.state === 'IndexError') context.onFailure();
        await persistEnd(context, step.report);
        tellState(context, step.report.state);
        return step.report;
      case 'go': {
        state = step.next;
        const merged: IndexJob = { ...job, ...step.patch };
        job = { ...merged, report: { ...merged.report, state } };
        await enter(context, job);
      }
    }
  }
}

/** One state; a failure that is about the image leads to IndexError, any other out of the machine. */
async function run(context: IndexContext, state: IndexState, job: IndexJob): Promise<Step> {
  try {
    throwIfAborted(context.signal);
    return await transitions[state](context, job);
  } catch (error) {
    // Whatever fails once the signal has fired failed because of it.
    if (context.signal.aborted) throw new AbortedError({ cause: error });
    if (!isAboutImage(error)) throw error;
    context.logger.log('info', 'indexing failed', { manifest: context.manifest.digest, state, error });
    return { kind: 'go', next: 'IndexError', patch: { failure: error } };
  }
}

/** The last two states are stored and told when they are complete, so that nobody polls a finished report without success. */
async function enter(context: IndexContext, { report }: IndexJob): Promise<void> {
  if (report.state === 'IndexFinished' || report.state === 'IndexError') return;
  await context.store.putIndexReport(report, context.proof);
  tellState(context, report.state);
}

async function persistEnd({ store, scanners, proof }: IndexContext, report: IndexReport): Promise<void> {
  if (report.state === 'IndexFinished') await store.finishManifest(report, scanners.all, proof);
  else await store.putIndexReport(report, proof);
}

function tellKnown(task: IndexTask, report: IndexReport): IndexReport {
  tellState(task, report.state);
  return report;
}

function tellState({ progress, manifest }: IndexTask, state: IndexState): void {
  progress({ kind: 'state', manifest: manifest.digest, state });
}

function isLockLost(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'LOCK_LOST';
}
