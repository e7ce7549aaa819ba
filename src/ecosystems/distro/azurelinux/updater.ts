import type { Updater } from '../../../contracts/index.ts';
import { createMajorReleasesUpdaterSet, createOvalUpdater } from '../../../families/index.ts';
import { ovalUrl, azurelinuxProfile } from './advisory.ts';
import { namespaceKey, releaseOfMajor, releaseOfNamespace, type AzureLinuxRelease } from './release.ts';

/** Of the parser: grows when it gives other rows for the same document. */
const version = 1;

function nameOf(release: AzureLinuxRelease): string {
  return `azurelinux-${release}-updater`;
}

function createAzureLinuxUpdater(release: AzureLinuxRelease): Updater {
  const namespace = namespaceKey(release);
  const serves = (asked: string): boolean => asked === namespace;
  return createOvalUpdater({ name: nameOf(release), version, urls: [ovalUrl(release)], serves, profile: azurelinuxProfile(release) });
}

/** Microsoft's OVAL: a document a release. */
export const azurelinuxUpdaterSet = createMajorReleasesUpdaterSet({
  id: 'azurelinux',
  version,
  nameOf,
  urlOf: ovalUrl,
  updaterOf: createAzureLinuxUpdater,
  releaseOfMajor,
  releaseOfNamespace,
  firstMajor: 1,
  knownMajor: 3,
});
