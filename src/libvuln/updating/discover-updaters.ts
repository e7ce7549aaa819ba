import type { Updater, UpdaterSet, UpdaterStatus } from '../../contracts/index.ts';
import { throwIfAborted, UsageError } from '../../core/index.ts';
import type { UpdateResult } from '../options.ts';
import { expectedUpdaters } from './expected-updaters.ts';
import { recordFailure, type UpdateContext } from './update-context.ts';

export interface DiscoverRequest {
  readonly sets: readonly UpdaterSet[];
  /** Just the updaters that these need; all if absent. */
  readonly namespaces: readonly string[] | undefined;
  readonly isWanted: (updater: string) => boolean;
  readonly statuses: readonly UpdaterStatus[];
}

export interface Discovered {
  /** Sorted by name. */
  readonly updaters: readonly Updater[];
  /** Of the sets that could not say what they have. */
  readonly failures: readonly UpdateResult[];
}

/**
 * Asks every set for its updaters. A set that fails is a failed result of each updater it was asked for (of the set itself,
 * where that is not known); the others go on.
 * @throws UsageError `USAGE_PLUGIN` where two updaters have one name; AbortedError
 */
export async function discoverUpdaters(request: DiscoverRequest, context: UpdateContext): Promise<Discovered> {
  const { namespaces, isWanted } = request;
  const asked = request.sets.filter((set) => !namespaces || namespaces.some((namespace) => set.serves(namespace)));
  const answers = await Promise.all(asked.map((set) => discover(set, request, context)));
  const updaters = answers
    .flatMap((answer) => answer.updaters)
    .filter((updater) => isWanted(updater.name) && (!namespaces || namespaces.some((namespace) => updater.serves(namespace))))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const [index, { name }] of updaters.entries()) {
    if (updaters[index + 1]?.name === name) throw new UsageError('USAGE_PLUGIN', { updater: name, reason: 'two updaters have this name' });
  }
  return { updaters, failures: answers.flatMap((answer) => answer.failures) };
}

async function discover(set: UpdaterSet, request: DiscoverRequest, context: UpdateContext): Promise<Discovered> {
  const { client, signal, store, clock } = context;
  try {
    const updaters = await set.discover({ client, signal, ...(request.namespaces && { namespaces: request.namespaces }) });
    const isMarked = request.statuses.some(({ updater, lastError }) => updater === set.id && lastError !== undefined);
    if (isMarked && !updaters.some(({ name }) => name === set.id)) await store.recordUnchanged(set.id, clock.now().toISOString());
    return { updaters, failures: [] };
  } catch (error) {
    throwIfAborted(signal);
    const expected = expectedUpdaters([set], request.namespaces ?? []).filter(request.isWanted);
    const names = expected.length > 0 || request.namespaces ? expected : [set.id];
    for (const name of names) await recordFailure(context, name, error);
    return { updaters: [], failures: names.map((updater) => ({ updater, kind: 'failed', error })) };
  }
}
