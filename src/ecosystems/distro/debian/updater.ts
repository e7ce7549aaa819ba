import { defineUpdaterSet, type Updater } from '../../../contracts/index.ts';
import { fetchConditionally } from '../../../families/index.ts';
import { parseTracker, trackerUrl } from './advisory.ts';
import { isDebianNamespace } from './release.ts';

const name = 'debian-updater';
/** Of {@link parseTracker}: grows when it gives other rows for the same document. */
const version = 1;

/** The whole of Debian's security tracker: one document for all releases. */
export const debianUpdater: Updater = Object.freeze<Updater>({
  name,
  version,
  serves: isDebianNamespace,
  fetch: (fingerprint, options) => fetchConditionally(trackerUrl, fingerprint, options),
  parse: (body, options) => parseTracker(body, name, options),
});

export const debianUpdaterSet = defineUpdaterSet({
  id: 'debian',
  serves: isDebianNamespace,
  expected: (namespace) => (isDebianNamespace(namespace) ? [name] : []),
  versionOf: () => version,
  discover: ({ namespaces }) => Promise.resolve(namespaces === undefined || namespaces.some(isDebianNamespace) ? [debianUpdater] : []),
});
