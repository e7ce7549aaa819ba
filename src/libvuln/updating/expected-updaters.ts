import type { UpdaterSet } from '../../contracts/index.ts';

/** Names of the updaters that answers about these namespaces need, sorted; nobody is asked. */
export function expectedUpdaters(sets: readonly UpdaterSet[], namespaces: readonly string[]): readonly string[] {
  const names = sets.flatMap((set) =>
    namespaces.filter((namespace) => set.serves(namespace)).flatMap((namespace) => set.expected(namespace)),
  );
  return [...new Set(names)].sort();
}

/** Version of an updater that is expected, as its set tells; undefined where no set does. */
export function expectedVersion(sets: readonly UpdaterSet[], namespaces: readonly string[], updater: string): number | undefined {
  return sets
    .find((set) => namespaces.some((namespace) => set.serves(namespace) && set.expected(namespace).includes(updater)))
    ?.versionOf?.(updater);
}
