import { createLanguageOsvUpdaterSet } from '../../../families/osv/index.ts';
import { npmNamespace } from './namespace.ts';

export const npmUpdaterSet = createLanguageOsvUpdaterSet({ ecosystem: 'npm', namespace: npmNamespace, version: 1 });
