import { defineUpdaterSet, type Updater } from '../../contracts/index.ts';
import { fetchConditionally } from '../../families/index.ts';
import { epssNamespace, epssUpdaterName, epssUrl, parseEpss } from './parse-epss.ts';

const updater: Updater = Object.freeze<Updater>({
  name: epssUpdaterName,
  version: 1,
  serves: (namespace) => namespace === epssNamespace.key,
  fetch: (fingerprint, options) => fetchConditionally(epssUrl, fingerprint, options),
  parse: parseEpss,
});

/** One feed, new every day. */
export const epssUpdaterSet = defineUpdaterSet({
  id: 'epss',
  serves: (namespace) => namespace === epssNamespace.key,
  expected: () => [updater.name],
  versionOf: () => updater.version,
  discover: () => Promise.resolve([updater]),
});
