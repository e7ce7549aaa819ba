import { createRpmMatcher } from '../../../families/index.ts';
import { endOfLife, namespaceKey } from './release.ts';

export const photonMatcher = createRpmMatcher({
  id: 'photon-matcher',
  isOurs: ({ did }) => did === 'photon',
  namespacesOf: ({ distribution: { versionId } }) => (versionId === '' ? [] : [namespaceKey(versionId)]),
  namesModules: false,
  endOfLife,
});
