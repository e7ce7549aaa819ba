import { createRpmMatcher } from '../../../families/index.ts';
import { endOfLife, namespaceKey } from './release.ts';

export const oracleMatcher = createRpmMatcher({
  id: 'oracle-matcher',
  isOurs: ({ did }) => did === 'ol',
  namespacesOf: ({ distribution: { versionId } }) => (versionId === '' ? [] : [namespaceKey(versionId)]),
  namesModules: true,
  endOfLife,
});
