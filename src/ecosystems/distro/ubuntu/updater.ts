import { defineUpdaterSet, type DiscoverOptions, type Updater } from '../../../contracts/index.ts';
import { createOvalUpdater } from '../../../families/index.ts';
import { cveOvalUrls, ubuntuProfile } from './advisory.ts';
import { allSeries, editionOfNamespace, isLongTerm, isUbuntuNamespace, namespaceKey, type UbuntuEdition } from './series.ts';

/** Of the parser: grows when it gives other rows for the same document. */
const version = 2;

export function createUbuntuUpdater(edition: UbuntuEdition): Updater {
  const namespace = namespaceKey(edition.series.versionId, edition.audience);
  return createOvalUpdater({
    name: updaterName(edition),
    version,
    urls: cveOvalUrls(edition),
    serves: (asked) => asked === namespace,
    profile: ubuntuProfile(edition),
  });
}

/** `ubuntu-jammy-updater`, `ubuntu-esm-jammy-updater`. */
function updaterName({ series: { codename }, audience }: UbuntuEdition): string {
  return audience === 'everybody' ? `ubuntu-${codename}-updater` : `ubuntu-esm-${codename}-updater`;
}

/** Canonical's OVAL: one document a release; which are there is found by asking. */
export const ubuntuUpdaterSet = defineUpdaterSet({
  id: 'ubuntu',
  serves: (namespace) => isUbuntuNamespace(namespace),
  expected(namespace) {
    const edition = editionOfNamespace(namespace);
    return edition === undefined ? [] : [updaterName(edition)];
  },
  versionOf: () => version,
  async discover(options) {
    const editions =
      options.namespaces === undefined ? await findAll(options) : options.namespaces.flatMap((each) => editionOfNamespace(each) ?? []);
    return editions.map(createUbuntuUpdater);
  },
});

/** Of releases with long-term support for both audiences. */
async function findAll({ client, signal }: DiscoverOptions): Promise<readonly UbuntuEdition[]> {
  const editions = allSeries.map((series): UbuntuEdition => ({ series, audience: 'everybody' }));
  const answers = await Promise.all(editions.flatMap(cveOvalUrls).map((url) => client.exists(url, { signal })));
  return editions
    .filter((_, index) => answers[index] === true)
    .flatMap((edition) => (isLongTerm(edition.series.versionId) ? [edition, { ...edition, audience: 'pro' as const }] : [edition]));
}
