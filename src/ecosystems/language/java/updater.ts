import { createLanguageOsvUpdaterSet } from '../../../families/osv/index.ts';
import { javaNamespace } from './namespace.ts';

export const javaUpdaterSet = createLanguageOsvUpdaterSet({ ecosystem: 'Maven', namespace: javaNamespace, version: 1 });
