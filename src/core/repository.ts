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
