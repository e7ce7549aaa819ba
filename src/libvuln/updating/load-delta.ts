import type { Advisory, AdvisorySelector, DeltaMention, DeltaSession, FeedChange, UpdaterStatus } from '../../contracts/index.ts';
import { throwIfAborted, UsageError } from '../../core/index.ts';
import { sha256Hex } from '../../runtime/index.ts';
import type { UpdateResult } from '../options.ts';
import { FeedBody } from './feed-body.ts';
import { FeedStaging } from './feed-staging.ts';
import { commitOf, updated, type Loading } from './load-feed.ts';
import { LoadProgress } from './load-progress.ts';
import { openSchemes, sealFingerprint } from './sealed-fingerprint.ts';

/** Mentions that are sent at a time. */
const batchMentions = 500;

/**
 * What changed since the last load, on top of that load.
 * @param base the last load, with whose fingerprint the delta was fetched
 * @throws StoreError `UPDATE_BASE_LOST`
 */
export async function loadDelta({ updater, fetched, lease, context }: Loading, base: UpdaterStatus): Promise<UpdateResult> {
  const { store, client, schemes } = context;
  const { name } = updater;
  const { fingerprint: sealed = '', bodyDigest: before = '' } = base;
  const progress = new LoadProgress(name, fetched.size, context);
  await using body = new FeedBody(fetched.body, (bytes) => progress.bytes(bytes));
  if (!store.beginDelta || !updater.parseDelta) throw unexpected(name);
  await using session = await store.beginDelta(name, lease, sealed);
  const staging = new FeedStaging(session, progress, context);
  const mentions = new MentionBatches(session);
  for await (const change of updater.parseDelta(body.stream(), staging.parseOptions)) {
    await mentions.add(change);
    if (change.kind === 'present') continue;
    for (const advisory of change.advisories) await staging.add(chosen(advisory, change.of, name));
  }
  await mentions.flush();
  await staging.flush();
  const digest = await body.digest();
  throwIfAborted(context.signal);
  // The rows that stay have the keys that they had.
  const used = new Set([...openSchemes(sealed, schemes), ...staging.schemes]);
  const commit = commitOf(updater, sealFingerprint(fetched.fingerprint, used, client), chainedDigest(before, digest), context);
  return updated(name, await session.commit(commit), staging.diagnostics);
}

/** Names all the bodies that a set came of: the last whole one, and what was laid upon it. */
export function chainedDigest(base: string, delta: string): string {
  return `sha256:${sha256Hex(`${base}\n${delta}`)}`;
}

export function unexpected(updater: string): UsageError {
  return new UsageError('USAGE_PLUGIN', { updater, reason: 'it gives a delta that was not asked for, or cannot be read' });
}

/** Held to its word: what a delta does not speak of it must not add either. */
function chosen(advisory: Advisory, of: AdvisorySelector, updater: string): Advisory {
  if ('part' in of ? advisory.part === of.part : advisory.name === of.name) return advisory;
  throw new UsageError('USAGE_PLUGIN', {
    updater,
    reason: 'its delta tells an advisory of another part',
    part: advisory.part,
    name: advisory.name,
  });
}

class MentionBatches {
  readonly #session: DeltaSession;
  #batch: DeltaMention[] = [];

  constructor(session: DeltaSession) {
    this.#session = session;
  }

  async add(change: FeedChange): Promise<void> {
    this.#batch.push(change.kind === 'present' ? change : { kind: 'replaced', of: change.of });
    // Parts may be many.
    if (change.kind === 'present' || this.#batch.length >= batchMentions) await this.flush();
  }

  async flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    await this.#session.mention(batch);
  }
}
