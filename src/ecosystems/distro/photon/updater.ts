import type { Updater } from '../../../contracts/index.ts';
import { createMajorReleasesUpdaterSet, createOvalUpdater } from '../../../families/index.ts';
import { phsaUrl, photonProfile } from './advisory.ts';
import { majorOf, namespaceKey, releaseOfMajor, releaseOfNamespace, type PhotonRelease } from './release.ts';

/** Of the parser: grows when it gives other rows for the same document. */
const version = 1;

function nameOf(release: PhotonRelease): string {
  return `photon-${majorOf(release)}-updater`;
}

function createPhotonUpdater(release: PhotonRelease): Updater {
  const namespace = namespaceKey(release);
  const serves = (asked: string): boolean => asked === namespace;
  return createOvalUpdater({ name: nameOf(release), version, urls: [phsaUrl(release)], serves, profile: photonProfile(release) });
}

/** VMware's OVAL: a document a release. */
export const photonUpdaterSet = createMajorReleasesUpdaterSet({
  id: 'photon',
  version,
  nameOf,
  urlOf: phsaUrl,
  updaterOf: createPhotonUpdater,
  releaseOfMajor,
  releaseOfNamespace,
  firstMajor: 1,
  knownMajor: 5,
});
