import { createLanguageOsvUpdaterSet } from '../../../families/osv/index.ts';
import { phpNamespace } from './namespace.ts';

/** Names are the same in any case there. */
const nameOf = (name: string): string => name.toLowerCase();

export const phpUpdaterSet = createLanguageOsvUpdaterSet({ ecosystem: 'Packagist', namespace: phpNamespace, version: 1, nameOf });
