import type {
  Fetched,
  Lease,
  PreparedAdvisory,
  Updater,
  UpdateOutcome,
  UpdaterStatus,
  UpdateSession,
  VersionScheme,
} from '../../contracts/index.ts';
import { diagnostic, StoreError, throwIfAborted, type Diagnostic } from '../../core/index.ts';
import type { UpdateResult } from '../options.ts';
import { FeedBody } from './feed-body.ts';
import { AdvisoryPreparer } from './prepare-advisory.ts';
import { openFingerprint, sealFingerprint } from './sealed-fingerprint.ts';
import { isFresh, recordFailure, type UpdateContext } from './update-context.ts';

/** Rows that are staged at a time: what bounds the memory of a load. Larger batches outlive collections of garbage, and cost time by that. */
const batchRows = 500;
/** Diagnostics of one feed that are kept; a broken feed may have one for every record. */
const maxDiagnostics = 100;
const progressBytes = 256 * 1024;
/** A feed that is left with less of its rows is worth a warning. */
const shrunk = 0.8;

/**
 * Brings one updater up to date under its lock. Whatever goes wrong with the feed is a `failed` result, and the last good
 * data stays in use.
 * @throws AbortedError when the caller's signal fires; StoreError where the lock cannot be asked for
 */
export async function runUpdater(updater: Updater, context: UpdateContext): Promise<UpdateResult> {
  const { name } = updater;
  await using lease = await context.store.locker.tryLock(`updater:${name}`, { signal: context.signal });
  if (!lease) return { updater: name, kind: 'busy' };
  const signals = context.signal ? [context.signal, lease.signal] : [lease.signal];
  try {
    return await refresh(updater, lease, { ...context, signal: AbortSignal.any(signals) });
  } catch (error) {
    throwIfAborted(context.signal);
    // Whoever holds the lock now answers for the updater's status.
    if (lease.signal.aborted)
      return { updater: name, kind: 'failed', error: new StoreError('LOCK_LOST', { key: lease.key }, { cause: error }) };
    await recordFailure(context, name, error);
    return { updater: name, kind: 'failed', error };
  }
}

async function refresh(updater: Updater, lease: Lease, context: UpdateContext): Promise<UpdateResult> {
  const { store, clock, client, signal } = context;
  const { name } = updater;
  // Asked only now: another process may have done the work while the lock was waited for.
  const status = (await store.status()).find((status) => status.updater === name);
  if (isFresh(status, updater.version, context)) return { updater: name, kind: 'fresh' };
  const last = status?.updaterVersion === updater.version ? status : undefined;
  const fingerprint = openFingerprint(last?.fingerprint, context);
  const fetched = await updater.fetch(fingerprint, { client, signal });
  if (fetched.kind === 'changed') return load(updater, fetched, lease, fingerprint === undefined ? undefined : last, context);
  await store.recordUnchanged(name, clock.now().toISOString());
  return { updater: name, kind: 'unchanged' };
}

/** @param last the last load, where an equal body would give equal rows */
async function load(
  updater: Updater,
  fetched: Extract<Fetched, { kind: 'changed' }>,
  lease: Lease,
  last: UpdaterStatus | undefined,
  context: UpdateContext,
): Promise<UpdateResult> {
  const { store, clock } = context;
  const { name } = updater;
  const progress = new LoadProgress(name, fetched.size, context);
  await using body = new FeedBody(fetched.body, (bytes) => progress.bytes(bytes));
  await using session = await store.beginUpdate(name, lease);
  const staged = await stage(updater, body, session, progress, context);
  const bodyDigest = await body.digest();
  throwIfAborted(context.signal);
  const fingerprint = sealFingerprint(fetched.fingerprint, staged.schemes, context.client);
  const at = clock.now().toISOString();
  if (last?.bodyDigest === bodyDigest) {
    await store.recordUnchanged(name, at, fingerprint);
    return { updater: name, kind: 'unchanged' };
  }
  const outcome = await session.commit({ fingerprint, updaterVersion: updater.version, bodyDigest, at });
  return { updater: name, kind: 'updated', outcome, diagnostics: [...staged.diagnostics, ...shrinkage(name, outcome)] };
}

interface Staged {
  /** The schemes whose keys the rows have. */
  readonly schemes: readonly VersionScheme[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses and stages in batches. Nothing is merged here: two advisories of one name that say different things stand beside
 * each other in the store, and matching unites what they say of a package.
 */
async function stage(
  updater: Updater,
  body: FeedBody,
  session: UpdateSession,
  progress: LoadProgress,
  context: UpdateContext,
): Promise<Staged> {
  const { schemes, signal } = context;
  const preparer = new AdvisoryPreparer(schemes);
  const diagnostics: Diagnostic[] = [];
  const onDiagnostic = (found: Diagnostic): void => {
    if (diagnostics.length < maxDiagnostics) diagnostics.push(found);
  };
  let batch: PreparedAdvisory[] = [];
  let rows = 0;
  for await (const advisory of updater.parse(body.stream(), { signal, onDiagnostic })) {
    throwIfAborted(signal);
    batch.push(preparer.prepare(advisory));
    // An advisory costs something even without a row.
    rows += 1 + advisory.rows.length;
    if (rows < batchRows) continue;
    await session.stage(batch);
    progress.advisories(batch.length);
    batch = [];
    rows = 0;
  }
  await session.stage(batch);
  progress.advisories(batch.length);
  return { schemes: preparer.schemes, diagnostics };
}

function shrinkage(updater: string, { rows: { before, after } }: UpdateOutcome): readonly Diagnostic[] {
  return after < before * shrunk ? [diagnostic('FEED_SHRUNK', { data: { updater, before, after } })] : [];
}

/** Tells how far a load is, not for every piece. */
class LoadProgress {
  readonly #updater: string;
  readonly #total: number | undefined;
  readonly #context: UpdateContext;
  #bytes = 0;
  #told = 0;
  #advisories = 0;

  constructor(updater: string, total: number | undefined, context: UpdateContext) {
    this.#updater = updater;
    this.#total = total;
    this.#context = context;
  }

  bytes(total: number): void {
    this.#bytes = total;
    if (total - this.#told >= progressBytes) this.#tell();
  }

  advisories(count: number): void {
    this.#advisories += count;
    this.#tell();
  }

  #tell(): void {
    this.#told = this.#bytes;
    this.#context.onProgress({
      kind: 'progress',
      updater: this.#updater,
      bytes: this.#bytes,
      total: this.#total,
      advisories: this.#advisories,
    });
  }
}
