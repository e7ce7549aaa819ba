import { createLanguageOsvUpdaterSet } from '../../../families/osv/index.ts';
import { rustNamespace } from './namespace.ts';

export const rustUpdaterSet = createLanguageOsvUpdaterSet({ ecosystem: 'crates.io', namespace: rustNamespace, version: 1 });
