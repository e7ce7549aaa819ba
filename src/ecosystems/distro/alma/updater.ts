import { defineUpdaterSet, type DiscoverOptions, type Updater } from '../../../contracts/index.ts';
import { fetchConditionally } from '../../../families/index.ts';
import { errataUrl, parseErrata } from './advisory.ts';
import { namespaceKey, releaseOfNamespace, type AlmaRelease } from './release.ts';

/** Of {@link parseErrata}: grows when it gives other rows for the same document. */
const version = 1;

const firstRelease = 8;
/** Asked for even after one that is not there. */
const askedAnyhow = 11;
const mostReleases = 100;

function updaterName(release: AlmaRelease): string {
  return `alma-${release}-updater`;
}

function createAlmaUpdater(release: AlmaRelease): Updater {
  const name = updaterName(release);
  return Object.freeze<Updater>({
    name,
    version,
    serves: (namespace) => namespace === namespaceKey(release),
    fetch: (fingerprint, options) => fetchConditionally(errataUrl(release), fingerprint, options),
    parse: (body, options) => parseErrata(body, release, name, options),
  });
}

/** AlmaLinux's errata: a document a release. */
export const almaUpdaterSet = defineUpdaterSet({
  id: 'alma',
  serves: (namespace) => releaseOfNamespace(namespace) !== undefined,
  expected(namespace) {
    const release = releaseOfNamespace(namespace);
    return release === undefined ? [] : [updaterName(release)];
  },
  versionOf: () => version,
  async discover(options) {
    const releases = options.namespaces === undefined ? await findAll(options) : named(options.namespaces);
    return releases.map(createAlmaUpdater);
  },
});

function named(namespaces: readonly string[]): readonly AlmaRelease[] {
  return [...new Set(namespaces.flatMap((namespace) => releaseOfNamespace(namespace) ?? []))];
}

async function findAll({ client, signal }: DiscoverOptions): Promise<readonly AlmaRelease[]> {
  const found: AlmaRelease[] = [];
  for (let number = firstRelease; number < mostReleases; number += 1) {
    const release = `${number}`;
    const isThere = await client.exists(errataUrl(release), { signal });
    if (isThere) found.push(release);
    else if (number >= askedAnyhow) break;
  }
  return found;
}
