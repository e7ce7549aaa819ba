import { defineUpdaterSet, type DiscoverOptions, type Updater, type UpdaterSet } from '../contracts/index.ts';

/** A source with a document for each major release of a distribution, found by asking for one after another. */
export interface MajorReleases<Release extends string> {
  /** Of the updater set. */
  readonly id: string;
  /** Of its updaters. */
  readonly version: number;
  /** Name of a release's updater. */
  readonly nameOf: (release: Release) => string;
  readonly urlOf: (release: Release) => string;
  readonly updaterOf: (release: Release) => Updater;
  readonly releaseOfMajor: (major: number) => Release;
  readonly releaseOfNamespace: (namespace: string) => Release | undefined;
  /** The first one that there ever was. */
  readonly firstMajor: number;
  /** Asked for up to this one, whether a mirror has the earlier ones or not; from here on up to the first that does not exist. */
  readonly knownMajor: number;
}

/** A server that says yes to everything is not asked for ever. */
const mostMajors = 100;

/**
 * The updaters of such a source. Asked for namespaces by name nobody is asked: a release that has no document fails when it is fetched, and
 * that shows.
 *
 * @example
 * ```ts
 * export const exampleUpdaterSet = createMajorReleasesUpdaterSet({
 *   id: 'example',
 *   version: 1,
 *   nameOf: (release) => `example-${release}-updater`,
 *   urlOf: documentUrl,
 *   updaterOf: createExampleUpdater,
 *   releaseOfMajor,
 *   releaseOfNamespace,
 *   firstMajor: 1,
 *   knownMajor: 5,
 * });
 * ```
 */
export function createMajorReleasesUpdaterSet<Release extends string>(options: MajorReleases<Release>): UpdaterSet {
  const { id, version, nameOf, updaterOf, releaseOfNamespace } = options;
  return defineUpdaterSet({
    id,
    serves: (namespace) => releaseOfNamespace(namespace) !== undefined,
    expected(namespace) {
      const release = releaseOfNamespace(namespace);
      return release === undefined ? [] : [nameOf(release)];
    },
    versionOf: () => version,
    async discover(asked) {
      const releases = asked.namespaces === undefined ? await existing(options, asked) : asked.namespaces.map(releaseOfNamespace);
      return [...new Set(releases)].flatMap((release) => (release === undefined ? [] : [updaterOf(release)]));
    },
  });
}

async function existing<Release extends string>(
  { urlOf, releaseOfMajor, firstMajor, knownMajor }: MajorReleases<Release>,
  { client, signal }: DiscoverOptions,
): Promise<readonly Release[]> {
  const found: Release[] = [];
  for (let major = firstMajor; major < mostMajors; major += 1) {
    const release = releaseOfMajor(major);
    if (await client.exists(urlOf(release), { signal })) found.push(release);
    else if (major > knownMajor) break;
  }
  return found;
}
