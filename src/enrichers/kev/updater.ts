import type { Updater } from '../../contracts/index.ts';
import { fetchConditionally } from '../../families/index.ts';
import { soleUpdaterSet } from '../sole-updater-set.ts';
import { kevNamespace, kevUpdaterName, kevUrl, parseKev } from './parse-kev.ts';

const updater: Updater = Object.freeze<Updater>({
  name: kevUpdaterName,
  version: 1,
  serves: (namespace) => namespace === kevNamespace.key,
  fetch: (fingerprint, options) => fetchConditionally(kevUrl, fingerprint, options),
  parse: parseKev,
});

export const kevUpdaterSet = soleUpdaterSet('kev', updater);
