import { defineUpdaterSet, type Updater, type UpdaterSet } from '../contracts/index.ts';

/** The set of a feed that is one document. */
export function soleUpdaterSet(id: string, updater: Updater): UpdaterSet {
  return defineUpdaterSet({
    id,
    serves: (namespace) => updater.serves(namespace),
    expected: (namespace) => (updater.serves(namespace) ? [updater.name] : []),
    versionOf: (asked) => (asked === updater.name ? updater.version : undefined),
    discover: ({ namespaces }) =>
      Promise.resolve(namespaces === undefined || namespaces.some((namespace) => updater.serves(namespace)) ? [updater] : []),
  });
}
