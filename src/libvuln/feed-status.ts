import type { UpdaterStatus } from '../contracts/index.ts';
import type { FeedState } from '../core/index.ts';
import { FeedStates, type FeedStatesOptions } from './matching/feed-states.ts';
import { expectedUpdaters } from './updating/expected-updaters.ts';

/** How an updater stands: what the store knows of it, and what that means today. */
export interface FeedStatus extends UpdaterStatus {
  readonly state: FeedState;
}

/** Of every updater that was tried, and of those that the namespaces expect; sorted by name. */
export function feedStatuses(options: FeedStatesOptions, namespaces: readonly string[]): readonly FeedStatus[] {
  const states = new FeedStates(options);
  const setIds = new Set(options.sets.map(({ id }) => id));
  // A set that could not be asked for its updaters stands in the table under its own id, until it could.
  const tried = options.statuses.filter(
    ({ updater, lastError, bodyDigest }) => !setIds.has(updater) || lastError !== undefined || bodyDigest !== undefined,
  );
  const known = new Map(tried.map((status) => [status.updater, status]));
  for (const namespace of namespaces) states.expected(namespace);
  const names = new Set([...known.keys(), ...expectedUpdaters(options.sets, namespaces)]);
  return [...names].sort().map((updater) => ({ ...(known.get(updater) ?? neverTried(updater)), state: states.state(updater) }));
}

function neverTried(updater: string): UpdaterStatus {
  return { updater, updaterVersion: 0, advisories: 0, rows: 0, namespaces: [] };
}
