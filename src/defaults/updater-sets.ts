import type { Plugin, UpdaterSet } from '../contracts/index.ts';
import { UsageError } from '../core/index.ts';
import { plugins } from './plugins.ts';

/** The feed of that id in place of the usual one, for a plugin. */
export interface FeedChoice {
  /** Id of a plugin, e.g. `debian`. */
  readonly distribution: string;
  /** Id of one of its updater sets. */
  readonly feed: string;
}

/**
 * The feeds to load. Of a plugin with several, the first is the usual one; another replaces it and is never added,
 * so that each namespace has one source.
 * @throws UsageError `USAGE_OPTION` for a distribution or a feed that does not exist
 */
export function selectUpdaterSets(choices: readonly FeedChoice[] = [], from: readonly Plugin[] = plugins): readonly UpdaterSet[] {
  const withFeeds = from.filter(({ updaterSets = [] }) => updaterSets.length > 0);
  for (const { distribution } of choices) {
    if (withFeeds.some(({ id }) => id === distribution)) continue;
    throw new UsageError('USAGE_OPTION', { option: 'feed-source', value: distribution, expected: withFeeds.map(({ id }) => id) });
  }
  const chosen = withFeeds.flatMap((plugin) => {
    const set = selectSet(
      plugin,
      choices.findLast(({ distribution }) => distribution === plugin.id),
    );
    return set ? [{ plugin: plugin.id, set }] : [];
  });
  const isShared = (id: string): boolean => chosen.filter(({ set }) => set.id === id).length > 1;
  // Several plugins have a feed called `osv`: chosen together, each bears its plugin's name.
  return chosen.map(({ plugin, set }) => (isShared(set.id) ? Object.freeze({ ...set, id: `${plugin}-${set.id}` }) : set));
}

function selectSet({ updaterSets = [] }: Plugin, choice: FeedChoice | undefined): UpdaterSet | undefined {
  if (choice === undefined) return updaterSets[0];
  const chosen = updaterSets.find(({ id }) => id === choice.feed);
  if (chosen !== undefined) return chosen;
  throw new UsageError('USAGE_OPTION', {
    option: 'feed-source',
    value: `${choice.distribution}=${choice.feed}`,
    expected: updaterSets.map(({ id }) => id),
  });
}
