import type { MatcherStore } from '../../contracts/index.ts';
import type { RepositoryFacts } from '../../core/index.ts';
import type { MatcherPlan, PackageRecords } from '../../judging/index.ts';
import type { FeedStates } from './feed-states.ts';

/** Other names of the repositories of an image, by the feeds of names that matchers go by. */
export class RepositoryNames {
  /** By namespace and repository. */
  readonly #aliases: ReadonlyMap<string, readonly string[]>;

  private constructor(aliases: ReadonlyMap<string, readonly string[]>) {
    this.#aliases = aliases;
  }

  /** Asks for those that the records of the matchers' packages have, in one look-up; most images have none. @throws StoreError */
  static async load(
    packages: readonly PackageRecords[],
    plans: readonly MatcherPlan[],
    { store, feeds }: { readonly store: MatcherStore; readonly feeds: FeedStates },
  ): Promise<RepositoryNames> {
    const asking = plans.filter(({ matcher }) => matcher.repositoryNames !== undefined);
    const records = asking.length === 0 ? [] : packages.flatMap((one) => one.records).filter(({ repository }) => repository !== undefined);
    const wanted = new Map<string, { readonly namespace: string; readonly name: string; readonly kind: 'binary' }>();
    for (const { matcher } of asking) {
      const namespace = matcher.repositoryNames ?? '';
      for (const { repository } of records.filter((record) => matcher.filter(record)))
        if (repository && repository.name !== '')
          wanted.set(keyOf(namespace, repository), { namespace, name: repository.name, kind: 'binary' });
    }
    const queries = [...wanted.values()];
    const aliases = new Map<string, readonly string[]>();
    for (const row of queries.length === 0 ? [] : await store.find(queries)) {
      if (!feeds.serving(row.namespace).includes(row.updater)) continue;
      const key = keyOf(row.namespace, row.package);
      aliases.set(key, [...(aliases.get(key) ?? []), ...row.aliases]);
    }
    return new RepositoryNames(aliases);
  }

  of(namespace: string | undefined): (repository: RepositoryFacts) => readonly string[] {
    return (repository) => (namespace === undefined ? [] : (this.#aliases.get(keyOf(namespace, repository)) ?? []));
  }
}

function keyOf(namespace: string, { name }: { readonly name: string }): string {
  return `${namespace}\0${name}`;
}
