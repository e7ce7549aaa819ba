import { defineMatcher, type Matcher, type Namespace } from '../contracts/index.ts';

export interface LanguageMatcherOptions {
  readonly id: string;
  /** Where the ecosystem's advisories stand. Its repository's name is the one that the ecosystem's scanner gives to what it finds. */
  readonly namespace: Namespace;
}

/** A matcher for packages of a language's registry, by their own names and versions. The store's range look-up decides. */
export function createLanguageMatcher({ id, namespace: { key, scheme, repository } }: LanguageMatcherOptions): Matcher {
  return defineMatcher({
    id,
    scheme,
    versionFilter: true,
    filter: (record) => record.repository !== undefined && record.repository.name === repository?.name,
    query: () => ['package-name', 'repository-name'],
    namespaces: () => [key],
  });
}
