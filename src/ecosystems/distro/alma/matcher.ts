import { createRpmMatcher } from '../../../families/index.ts';
import { endOfLife, namespaceKey } from './release.ts';

export const almaMatcher = createRpmMatcher({
  id: 'alma-matcher',
  isOurs: ({ did }) => did === 'almalinux',
  namespacesOf: ({ distribution: { versionId } }) => (versionId === '' ? [] : [namespaceKey(versionId)]),
  namesModules: true,
  endOfLife,
});
