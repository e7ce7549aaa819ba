import { defineUpdaterSet, type Updater } from '../../../contracts/index.ts';
import { wholeFeed } from '../../../families/index.ts';
import { parseVexArchive } from './advisory.ts';
import { fetchVex } from './fetch-vex.ts';
import { isProductNamespace } from './products.ts';
import { repositoryNamespace, repositoryNamesUpdater, repositoryNamesUpdaterName, repositoryNamesVersion } from './repository-names.ts';
import { namedByDocument, parseVexDelta } from './vex-delta.ts';

const vexName = 'rhel-vex';
/** Of {@link parseVexArchive}: grows when it gives other rows for the same documents. */
const vexVersion = 3;

/** All of Red Hat's VEX documents: its archive at first, then those that changed. */
export const rhelVexUpdater: Updater = Object.freeze<Updater>({
  name: vexName,
  version: vexVersion,
  serves: isProductNamespace,
  fetch: fetchVex,
  parse: (body, options) => namedByDocument(parseVexArchive(wholeFeed(body, options), vexName, options), vexName, options),
  parseDelta: (body, options) => parseVexDelta(body, vexName, options),
});

/** What an answer about a package of Red Hat's needs: the documents, and which products a repository is of. */
export const rhelUpdaterSet = defineUpdaterSet({
  id: 'rhel-vex',
  serves: (namespace) => repositoryNamesUpdater.serves(namespace),
  expected(namespace) {
    if (isProductNamespace(namespace)) return [vexName, repositoryNamesUpdaterName];
    return namespace === repositoryNamespace.key ? [repositoryNamesUpdaterName] : [];
  },
  versionOf: (updater) => (updater === vexName ? vexVersion : repositoryNamesVersion),
  discover: ({ namespaces }) =>
    Promise.resolve(
      namespaces === undefined || namespaces.some((namespace) => repositoryNamesUpdater.serves(namespace))
        ? [repositoryNamesUpdater, rhelVexUpdater]
        : [],
    ),
});
