import { createLanguageOsvUpdaterSet } from '../../../families/osv/index.ts';
import { bitnamiNamespace } from './namespace.ts';

export const bitnamiUpdaterSet = createLanguageOsvUpdaterSet({ ecosystem: 'Bitnami', namespace: bitnamiNamespace, version: 1 });
