import { defineMatcher, type Matcher } from '../contracts/index.ts';

/**
 * A matcher for source packages of a distribution, by range look-up; each field can be replaced.
 * Its namespaces are `<did>:<version id>`.
 */
export function fakeMatcher(did: string, rest: Partial<Matcher> = {}): Matcher {
  return defineMatcher({
    id: `${did}-matcher`,
    scheme: 'integer',
    versionFilter: true,
    filter: (record) => record.distribution?.did === did && record.repository === undefined,
    query: () => ['package-source-name', 'distribution-did', 'distribution-version-id'],
    namespaces: ({ distribution }) => (distribution ? [`${did}:${distribution.versionId}`] : []),
    ...rest,
  });
}
