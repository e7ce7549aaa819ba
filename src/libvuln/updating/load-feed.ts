import type { Fetched, Lease, Updater, UpdateCommit, UpdateOutcome, UpdaterStatus } from '../../contracts/index.ts';
import { diagnostic, throwIfAborted, type Diagnostic } from '../../core/index.ts';
import type { UpdateResult } from '../options.ts';
import { FeedBody } from './feed-body.ts';
import { FeedStaging } from './feed-staging.ts';
import { LoadProgress } from './load-progress.ts';
import { sealFingerprint } from './sealed-fingerprint.ts';
import type { UpdateContext } from './update-context.ts';

/** A feed that is left with less of its rows is worth a warning. */
const shrunk = 0.8;

/** A body on its way into the store. */
export interface Loading {
  readonly updater: Updater;
  readonly fetched: Extract<Fetched, { kind: 'changed' }>;
  readonly lease: Lease;
  readonly context: UpdateContext;
}

/** @param last the last load, where an equal body would give equal rows */
export async function loadFeed({ updater, fetched, lease, context }: Loading, last: UpdaterStatus | undefined): Promise<UpdateResult> {
  const { store, client } = context;
  const { name } = updater;
  const progress = new LoadProgress(name, fetched.size, context);
  await using body = new FeedBody(fetched.body, (bytes) => progress.bytes(bytes));
  await using session = await store.beginUpdate(name, lease);
  const staging = new FeedStaging(session, progress, context);
  for await (const advisory of updater.parse(body.stream(), staging.parseOptions)) await staging.add(advisory);
  await staging.flush();
  const bodyDigest = await body.digest();
  throwIfAborted(context.signal);
  const commit = commitOf(updater, sealFingerprint(fetched.fingerprint, staging.schemes, client), bodyDigest, context);
  if (last?.bodyDigest === bodyDigest) {
    await store.recordUnchanged(name, commit.at, commit.fingerprint);
    return { updater: name, kind: 'unchanged' };
  }
  return updated(name, await session.commit(commit), staging.diagnostics);
}

export function commitOf({ version }: Updater, fingerprint: string, bodyDigest: string, { clock }: UpdateContext): UpdateCommit {
  return { fingerprint, updaterVersion: version, bodyDigest, at: clock.now().toISOString() };
}

export function updated(updater: string, outcome: UpdateOutcome, diagnostics: readonly Diagnostic[]): UpdateResult {
  return { updater, kind: 'updated', outcome, diagnostics: [...diagnostics, ...shrinkage(updater, outcome)] };
}

function shrinkage(updater: string, { rows: { before, after } }: UpdateOutcome): readonly Diagnostic[] {
  return after < before * shrunk ? [diagnostic('FEED_SHRUNK', { data: { updater, before, after } })] : [];
}
