import type { FeedClient, MatcherStore, UpdaterStatus, VersionScheme } from '../../contracts/index.ts';
import { ClaircoreError } from '../../core/index.ts';
import type { Clock, Logger } from '../../runtime/index.ts';
import type { UpdateProgress } from '../options.ts';
import { openFingerprint } from './sealed-fingerprint.ts';

/** What one run over the updaters works with. */
export interface UpdateContext {
  readonly store: MatcherStore;
  readonly schemes: ReadonlyMap<string, VersionScheme>;
  readonly client: FeedClient;
  readonly clock: Clock;
  readonly logger: Logger;
  /** ms */
  readonly maxAge: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (event: UpdateProgress) => void;
}

/**
 * Whether the feed was loaded or confirmed less than `maxAge` ago, and just as it would be loaded today:
 * by this version of the updater, with the keys of today's schemes, from where it comes from today.
 */
export function isFresh(status: UpdaterStatus | undefined, updaterVersion: number | undefined, context: UpdateContext): boolean {
  const { maxAge, clock } = context;
  if (maxAge <= 0 || status?.lastSuccess === undefined) return false;
  const { fingerprint } = status;
  if (fingerprint !== undefined && (status.updaterVersion !== updaterVersion || openFingerprint(fingerprint, context) === undefined))
    return false;
  const age = clock.now().getTime() - Date.parse(status.lastSuccess);
  return age >= 0 && age < maxAge;
}

/** Writes the failure into the status table; the last good data stays. Being offline is no failure: nobody was asked. */
export async function recordFailure(context: UpdateContext, updater: string, error: unknown): Promise<void> {
  if (codeOf(error) === 'FEED_OFFLINE') return;
  const { store, clock, logger } = context;
  const message = error instanceof Error ? error.message.slice(0, 500) : 'unknown';
  logger.log('info', 'update failed', { updater, code: codeOf(error), error });
  try {
    await store.recordFailure(updater, clock.now().toISOString(), { code: codeOf(error), message });
  } catch (cause) {
    // The failure itself is reported by the caller; that it could not be noted must not hide it.
    logger.log('error', 'the failure of an update cannot be recorded', { updater, error: cause });
  }
}

function codeOf(error: unknown): string {
  return error instanceof ClaircoreError ? String(error.code) : 'INTERNAL';
}
