import { createLanguageOsvUpdaterSet } from '../../../families/osv/index.ts';
import { dartNamespace } from './namespace.ts';

export const dartUpdaterSet = createLanguageOsvUpdaterSet({ ecosystem: 'Pub', namespace: dartNamespace, version: 1 });
