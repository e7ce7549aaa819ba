import type { UpdaterSet } from '../../contracts/index.ts';

/** Names of the updaters that answers about these namespaces need, sorted; nobody is asked. */
export function expectedUpdaters(sets: readonly UpdaterSet[], namespaces: readonly string[]): readonly string[] {
  const names = sets.flatMap((set) =>
    namespaces.filter((namespace) => set.serves(namespace)).flatMap((namespace) => set.expected(namespace)),
  );
  return [...new Set(names)].sort();
}
