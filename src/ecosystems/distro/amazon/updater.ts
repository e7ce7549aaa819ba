import { defineUpdaterSet, type Updater } from '../../../contracts/index.ts';
import { fetchRepositories, parseRepositories } from '../../../families/updateinfo/index.ts';
import { ExtrasLines } from './extras.ts';
import { namespaceKey, namespaceOf, releaseOfNamespace, releases, type ServedRelease } from './release.ts';
import { coreRepository, repositoriesOf, servedReleases } from './repositories.ts';

/** Grows when other rows come of the same documents. */
const version = 1;

function updaterName(release: ServedRelease): string {
  return `amazon-${release}-updater`;
}

/** All repositories of a release that have advisories. */
function createAmazonUpdater(release: ServedRelease): Updater {
  const name = updaterName(release);
  return Object.freeze<Updater>({
    name,
    version,
    serves: (namespace) => namespace === namespaceKey(release),
    fetch: async (fingerprint, options) => fetchRepositories(await repositoriesOf(release, options), fingerprint, options),
    parse(body, options) {
      const lines = new ExtrasLines();
      const reading = {
        updater: name,
        namespace: namespaceOf(release),
        soleRepository: coreRepository,
        pageOf: (id: string) => pageOf(release, id),
        packagesOf: lines.packagesOf.bind(lines),
      };
      return parseRepositories(body, reading, options);
    },
  });
}

const folders: Readonly<Record<ServedRelease, string>> = { '1': '', '2': 'AL2/', '2022': 'AL2022/', '2023': 'AL2023/' };

/** `ALAS2KERNEL-5.15-2022-001` is `AL2/ALASKERNEL-5.15-2022-001.html`. */
export function pageOf(release: ServedRelease, id: string): string {
  const bare = release === '1' ? id : id.replace(new RegExp(`^ALAS${release}`), 'ALAS');
  return `https://alas.aws.amazon.com/${folders[release]}${encodeURIComponent(bare)}.html`;
}

export const amazonUpdaterSet = defineUpdaterSet({
  id: 'amazon',
  serves: (namespace) => releaseOfNamespace(namespace) !== undefined,
  expected(namespace) {
    const release = releaseOfNamespace(namespace);
    return release === undefined ? [] : [updaterName(release)];
  },
  versionOf: () => version,
  async discover({ namespaces, ...options }) {
    const wanted = namespaces === undefined ? await servedReleases(options) : namespaces.map(releaseOfNamespace);
    return releases.filter((release) => wanted.includes(release)).map(createAmazonUpdater);
  },
});
