import { defineUpdaterSet, type DiscoverOptions, type Updater } from '../../../contracts/index.ts';
import { createOvalUpdater } from '../../../families/index.ts';
import { cveOvalUrl, ubuntuProfile } from './advisory.ts';
import { allSeries, isUbuntuNamespace, namespaceKey, seriesOfNamespace, type UbuntuSeries } from './series.ts';

/** Of the parser: grows when it gives other rows for the same document. */
const version = 1;

export function createUbuntuUpdater(series: UbuntuSeries): Updater {
  const namespace = namespaceKey(series.versionId);
  const serves = (asked: string): boolean => asked === namespace;
  return createOvalUpdater({ name: updaterName(series), version, urls: [cveOvalUrl(series)], serves, profile: ubuntuProfile(series) });
}

function updaterName({ codename }: UbuntuSeries): string {
  return `ubuntu-${codename}-updater`;
}

/** Canonical's OVAL: one document a release; which are there is found by asking. */
export const ubuntuUpdaterSet = defineUpdaterSet({
  id: 'ubuntu',
  serves: (namespace) => isUbuntuNamespace(namespace),
  expected(namespace) {
    const series = seriesOfNamespace(namespace);
    return series === undefined ? [] : [updaterName(series)];
  },
  versionOf: () => version,
  async discover(options) {
    const series =
      options.namespaces === undefined ? await findAll(options) : options.namespaces.flatMap((each) => seriesOfNamespace(each) ?? []);
    return series.map(createUbuntuUpdater);
  },
});

async function findAll({ client, signal }: DiscoverOptions): Promise<readonly UbuntuSeries[]> {
  const answers = await Promise.all(allSeries.map((series) => client.exists(cveOvalUrl(series), { signal })));
  return allSeries.filter((_, index) => answers[index] === true);
}
