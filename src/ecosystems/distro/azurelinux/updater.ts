import { defineUpdaterSet, type DiscoverOptions, type Updater } from '../../../contracts/index.ts';
import { createOvalUpdater } from '../../../families/index.ts';
import { ovalUrl, azurelinuxProfile } from './advisory.ts';
import { namespaceKey, releaseOfMajor, releaseOfNamespace, type AzureLinuxRelease } from './release.ts';

/** Of the parser: grows when it gives other rows for the same document. */
const version = 1;
/** Asked for, whether a mirror has the earlier ones or not. */
const knownMajors = 3;
/** A server that says yes to everything is not asked for ever. */
const mostMajors = 50;

export function createAzureLinuxUpdater(release: AzureLinuxRelease): Updater {
  const namespace = namespaceKey(release);
  const serves = (asked: string): boolean => asked === namespace;
  return createOvalUpdater({ name: updaterName(release), version, urls: [ovalUrl(release)], serves, profile: azurelinuxProfile(release) });
}

function updaterName(release: AzureLinuxRelease): string {
  return `azurelinux-${release}-updater`;
}

export const azurelinuxUpdaterSet = defineUpdaterSet({
  id: 'azurelinux',
  serves: (namespace) => releaseOfNamespace(namespace) !== undefined,
  expected(namespace) {
    const release = releaseOfNamespace(namespace);
    return release === undefined ? [] : [updaterName(release)];
  },
  versionOf: () => version,
  async discover(options) {
    const releases = options.namespaces === undefined ? await findAll(options) : options.namespaces.map(releaseOfNamespace);
    return [...new Set(releases)].flatMap((release) => (release === undefined ? [] : [createAzureLinuxUpdater(release)]));
  },
});

/** Up to the first that does not exist. */
async function findAll({ client, signal }: DiscoverOptions): Promise<readonly AzureLinuxRelease[]> {
  const found: AzureLinuxRelease[] = [];
  for (let major = 1; major < mostMajors; major += 1) {
    const release = releaseOfMajor(major);
    if (await client.exists(ovalUrl(release), { signal })) found.push(release);
    else if (major > knownMajors) break;
  }
  return found;
}
