import { defineUpdaterSet, type Updater, type UpdaterSet } from '../contracts/index.ts';

/** A set of just this updater; a set as it is. */
export function toUpdaterSet(updater: Updater | UpdaterSet): UpdaterSet {
  if ('discover' in updater) return updater;
  const { name, version } = updater;
  return defineUpdaterSet({
    // Not the bare name: that is how a set that cannot be asked stands among the updaters.
    id: `own:${name}`,
    serves: (namespace) => updater.serves(namespace),
    expected: (namespace) => (updater.serves(namespace) ? [name] : []),
    versionOf: (asked) => (asked === name ? version : undefined),
    discover: () => Promise.resolve([updater]),
  });
}
