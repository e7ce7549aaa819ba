import { createLanguageOsvUpdaterSet } from '../../../families/osv/index.ts';
import { pythonNamespace } from './namespace.ts';
import { normalizeName } from './normalize-name.ts';

export const pythonUpdaterSet = createLanguageOsvUpdaterSet({
  ecosystem: 'PyPI',
  namespace: pythonNamespace,
  version: 1,
  nameOf: normalizeName,
});
