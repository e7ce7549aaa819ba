import { createLanguageOsvUpdaterSet } from '../../../families/osv/index.ts';
import { goNamespace } from './namespace.ts';

export const goUpdaterSet = createLanguageOsvUpdaterSet({ ecosystem: 'Go', namespace: goNamespace, version: 1 });
