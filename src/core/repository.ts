import type { RepositoryId } from './ids.ts';

/** Where packages come from: a language's registry, a vendor's product; unknown fields are empty. */
export interface RepositoryFacts {
  /** e.g. `npm`. */
  readonly name: string;
  /** What kind of name `name` is, e.g. `rhel-cpe-repository`. */
  readonly key: string;
  readonly uri: string;
  readonly cpe: string;
}

export interface Repository extends RepositoryFacts {
  readonly id: RepositoryId;
}

/**
 * Kinds of names (`RepositoryFacts.key`) of repositories that a distribution's own packages come from: by id, as its package manager has it, or by
 * the CPE of the product. Such a repository is part of the distribution, no ecosystem beside it.
 */
export const distributionRepositoryKeys = { id: 'rpm-repository', cpe: 'rhel-cpe-repository', deb: 'deb-repository' } as const;

export function isDistributionRepository({ key }: Pick<RepositoryFacts, 'key'>): boolean {
  return Object.values<string>(distributionRepositoryKeys).includes(key);
}

/** `RepositoryFacts.uri` of a repository that is known by its id: what links a package to it. */
export function repositoryUriOfId(id: string): string {
  return `repoid=${id}`;
}
