import { createRpmMatcher } from '../../../families/index.ts';
import { endOfLife, namespaceKey } from './release.ts';

export const amazonMatcher = createRpmMatcher({
  id: 'amazon-matcher',
  isOurs: ({ did }) => did === 'amzn',
  namespacesOf: ({ distribution: { versionId } }) => (versionId === '' ? [] : [namespaceKey(versionId)]),
  namesModules: false,
  endOfLife,
});
