import type { Updater } from '../../contracts/index.ts';
import { fetchConditionally } from '../../families/index.ts';
import { soleUpdaterSet } from '../sole-updater-set.ts';
import { epssNamespace, epssUpdaterName, epssUrl, parseEpss } from './parse-epss.ts';

const updater: Updater = Object.freeze<Updater>({
  name: epssUpdaterName,
  version: 1,
  serves: (namespace) => namespace === epssNamespace.key,
  fetch: (fingerprint, options) => fetchConditionally(epssUrl, fingerprint, options),
  parse: parseEpss,
});

export const epssUpdaterSet = soleUpdaterSet('epss', updater);
