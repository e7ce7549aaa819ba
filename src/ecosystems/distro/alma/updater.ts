import type { Updater } from '../../../contracts/index.ts';
import { createMajorReleasesUpdaterSet, fetchConditionally } from '../../../families/index.ts';
import { errataUrl, parseErrata } from './advisory.ts';
import { namespaceKey, releaseOfNamespace, type AlmaRelease } from './release.ts';

/** Of {@link parseErrata}: grows when it gives other rows for the same document. */
const version = 1;

function nameOf(release: AlmaRelease): string {
  return `alma-${release}-updater`;
}

function createAlmaUpdater(release: AlmaRelease): Updater {
  const name = nameOf(release);
  return Object.freeze<Updater>({
    name,
    version,
    serves: (namespace) => namespace === namespaceKey(release),
    fetch: (fingerprint, options) => fetchConditionally(errataUrl(release), fingerprint, options),
    parse: (body, options) => parseErrata(body, release, name, options),
  });
}

/** AlmaLinux's errata: a document a release. */
export const almaUpdaterSet = createMajorReleasesUpdaterSet({
  id: 'alma',
  version,
  nameOf,
  urlOf: errataUrl,
  updaterOf: createAlmaUpdater,
  releaseOfMajor: (major) => `${major}`,
  releaseOfNamespace,
  firstMajor: 8,
  knownMajor: 10,
});
