import { defineUpdaterSet, type DiscoverOptions, type Updater } from '../../../contracts/index.ts';
import { createOvalUpdater } from '../../../families/index.ts';
import { phsaUrl, photonProfile } from './advisory.ts';
import { majorOf, namespaceKey, releaseOfMajor, releaseOfNamespace, type PhotonRelease } from './release.ts';

/** Of the parser: grows when it gives other rows for the same document. */
const version = 1;
/** Asked for, whether a mirror has the earlier ones or not. */
const knownMajors = 5;
/** A server that says yes to everything is not asked for ever. */
const mostMajors = 50;

export function createPhotonUpdater(release: PhotonRelease): Updater {
  const namespace = namespaceKey(release);
  const serves = (asked: string): boolean => asked === namespace;
  return createOvalUpdater({ name: updaterName(release), version, urls: [phsaUrl(release)], serves, profile: photonProfile(release) });
}

function updaterName(release: PhotonRelease): string {
  return `photon-${majorOf(release)}-updater`;
}

export const photonUpdaterSet = defineUpdaterSet({
  id: 'photon',
  serves: (namespace) => releaseOfNamespace(namespace) !== undefined,
  expected(namespace) {
    const release = releaseOfNamespace(namespace);
    return release === undefined ? [] : [updaterName(release)];
  },
  versionOf: () => version,
  async discover(options) {
    const releases = options.namespaces === undefined ? await findAll(options) : options.namespaces.map(releaseOfNamespace);
    return [...new Set(releases)].flatMap((release) => (release === undefined ? [] : [createPhotonUpdater(release)]));
  },
});

/** Up to the first that does not exist. */
async function findAll({ client, signal }: DiscoverOptions): Promise<readonly PhotonRelease[]> {
  const found: PhotonRelease[] = [];
  for (let major = 1; major < mostMajors; major += 1) {
    const release = releaseOfMajor(major);
    if (await client.exists(phsaUrl(release), { signal })) found.push(release);
    else if (major > knownMajors) break;
  }
  return found;
}
