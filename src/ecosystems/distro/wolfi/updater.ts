import { defineUpdaterSet, type Updater } from '../../../contracts/index.ts';
import { fetchConditionally } from '../../../families/index.ts';
import { parseSecdb, secdbUrl } from './advisory.ts';
import { namespaceKey, releaseOfNamespace, type WolfiDistribution } from './release.ts';

/** Of {@link parseSecdb}: grows when it gives other rows for the same document. */
const version = 1;
const distributions: readonly WolfiDistribution[] = ['wolfi', 'chainguard'];

function nameOf(release: WolfiDistribution): string {
  return `${release}-updater`;
}

function createWolfiUpdater(release: WolfiDistribution): Updater {
  const name = nameOf(release);
  const namespace = namespaceKey(release);
  return Object.freeze<Updater>({
    name,
    version,
    serves: (asked) => asked === namespace,
    fetch: (fingerprint, options) => fetchConditionally(secdbUrl(release), fingerprint, options),
    parse: (body, options) => parseSecdb(body, release, name, options),
  });
}

/** The security databases of Wolfi and Chainguard: a document each. */
export const wolfiUpdaterSet = defineUpdaterSet({
  id: 'wolfi',
  serves: (namespace) => releaseOfNamespace(namespace) !== undefined,
  expected(namespace) {
    const release = releaseOfNamespace(namespace);
    return release === undefined ? [] : [nameOf(release)];
  },
  versionOf: () => version,
  discover({ namespaces }) {
    const wanted = namespaces?.map(releaseOfNamespace);
    return Promise.resolve(distributions.filter((release) => wanted === undefined || wanted.includes(release)).map(createWolfiUpdater));
  },
});
